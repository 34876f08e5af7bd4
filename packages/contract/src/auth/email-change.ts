import { z } from "zod";

import { secret, timestamp } from "../text.ts";
import { confirmationCode, confirmationPasskey, email, token } from "./auth.ts";

/** A change of an account's address that waits for the holders of both addresses. */
export const pendingEmailChange = z.object({
  newEmail: z.string().describe("The address that the account gets, in lowercase."),
  isAgreed: z.boolean().describe("Whether the link to the current address was used to agree."),
  isProven: z.boolean().describe("Whether the link to the new address was opened."),
  createdAt: timestamp.describe("When the change was requested."),
  expiresAt: timestamp.describe("When both links stop working."),
});

export const emailChange = z.object({
  pending: pendingEmailChange
    .nullable()
    .describe("The change that waits for its links. Null if there is none."),
});
export type EmailChange = z.infer<typeof emailChange>;

export const emailChangeRequestInput = z.strictObject({
  email: email.describe("The new address. The response does not reveal whether another account has it."),
  password: secret(1, 256)
    .optional()
    .describe(
      "The account's password. Omitted by an account without one, whose owner must have signed in within ten minutes.",
    ),
  code: confirmationCode,
  passkey: confirmationPasskey,
});
export type EmailChangeRequestInput = z.infer<typeof emailChangeRequestInput>;

/** The states of a change after one of its links was used. */
export const emailChangeStates = ["waitsForAgreement", "waitsForProof", "changed"] as const;

export const emailChangeConfirmInput = z.strictObject({
  token: token.describe("The token in the link of either email."),
});
export const emailChangeConfirmed = z.object({
  state: z
    .enum(emailChangeStates)
    .describe(
      "`waitsForAgreement` until the link to the current address is used, `waitsForProof` until the one to the new " +
        "address is, and `changed` after both were.",
    ),
});
export type EmailChangeConfirmed = z.infer<typeof emailChangeConfirmed>;

export const emailChangeRefuseInput = z.strictObject({
  token: token.describe("The token in the link of the email to the current address."),
});
