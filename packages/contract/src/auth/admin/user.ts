import { z } from "zod";

import { createPageSchema, pageFields } from "../../pagination.ts";
import { id, singleLine } from "../../text.ts";
import { user } from "../auth.ts";

/** A user as superusers see them. */
export const managedUser = user.extend({
  /** Whether the next sign-in must set a new password. */
  passwordChangeRequired: z.boolean(),
  /** Sign-ins that failed in the last day. */
  failedSignIns: z.int(),
});
export type ManagedUser = z.infer<typeof managedUser>;

export const userStatuses = ["active", "suspended", "superuser", "unverified"] as const;
export const managedUserListInput = z
  .strictObject({
    /** Part of an email address, a username or a full name. */
    search: singleLine(1, 100).optional(),
    status: z.enum(userStatuses).optional(),
    ...pageFields,
  })
  .prefault({});
export type ManagedUserListInput = z.infer<typeof managedUserListInput>;
export const managedUserList = createPageSchema(managedUser);
export const managedUserInput = z.strictObject({ id });
export const updateSuperuserInput = z.strictObject({ id, isSuperuser: z.boolean() });
