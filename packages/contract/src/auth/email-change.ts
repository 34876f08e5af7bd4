import { z } from "zod";

import { secret, timestamp } from "../text.ts";
import { confirmationCode, confirmationPasskey, email, token } from "./auth.ts";

/** A change of an account's address that waits for the holders of both addresses. */
export const pendingEmailChange = z.object({
  newEmail: z.string().describe("The new address, in lowercase."),
  isAgreed: z.boolean().describe("Whether the change was approved with the link to the current address."),
  isProven: z.boolean().describe("Whether the link to the new address was opened."),
  createdAt: timestamp.describe("When the change was requested."),
  expiresAt: timestamp.describe("When both links expire."),
});

export const emailChange = z.object({
  pending: pendingEmailChange.nullable().describe("The pending change. Null if there is none."),
});
export type EmailChange = z.infer<typeof emailChange>;

export const emailChangeRequestInput = z.strictObject({
  email: email.describe("The new address. The response doesn't reveal whether another account has it."),
  password: secret(1, 256)
    .optional()
    .describe(
      "The account's password. Omit it for an account without one, whose owner must have signed in within the last " +
        "ten minutes.",
    ),
  code: confirmationCode,
  passkey: confirmationPasskey,
});
export type EmailChangeRequestInput = z.infer<typeof emailChangeRequestInput>;

/** The states of a change after one of its links was used. */
export const emailChangeStates = ["waitsForAgreement", "waitsForProof", "changed"] as const;

export const emailChangeConfirmInput = z.strictObject({
  token: token.describe("The token from the link in either email."),
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
  token: token.describe("The token from the link in the email to the current address."),
});
