import { z } from "zod";

import { createPageSchema, pageFields } from "../../pagination.ts";
import { id, singleLine, timestamp } from "../../text.ts";
import { user } from "../auth.ts";

/** A user as superusers see them. */
export const managedUser = user.extend({
  passwordChangeRequired: z.boolean().describe("Whether the next sign-in must set a new password."),
  isEmailChangePending: z.boolean().describe("Whether a change of the email address is pending."),
  hasSecondFactor: z
    .boolean()
    .describe("Whether the account has a second factor: an authenticator app or a passkey."),
  deletedAt: timestamp.nullable().describe("When the account was deleted. Null if it isn't deleted."),
  purgeAt: timestamp
    .nullable()
    .describe(
      "When the deleted account is purged. Until then, it can be restored. Null if it isn't deleted.",
    ),
  failedSignIns: z.int().describe("The number of sign-ins that failed in the last 24 hours."),
});
export type ManagedUser = z.infer<typeof managedUser>;

export const userStatuses = ["active", "suspended", "deleted", "superuser", "unverified"] as const;
export const managedUserListInput = z
  .strictObject({
    search: singleLine(1, 100)
      .optional()
      .describe(
        "Part of an email address, a username or a full name, case-insensitive. By default, all users are listed.",
      ),
    status: z
      .enum(userStatuses)
      .optional()
      .describe(
        "Lists only users of this kind. `deleted` accounts can still be restored. `unverified` users haven't confirmed their address.",
      ),
    ...pageFields,
  })
  .prefault({});
export type ManagedUserListInput = z.infer<typeof managedUserListInput>;
export const managedUserList = createPageSchema(managedUser);
export const managedUserInput = z.strictObject({
  id: id.describe("The user whose account is administered."),
});
export const updateSuperuserInput = z.strictObject({
  id: id.describe("The user who becomes a superuser or stops being one."),
  isSuperuser: z.boolean().describe("True makes the user a superuser; false makes them an ordinary user."),
});
