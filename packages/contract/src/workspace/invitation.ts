import { z } from "zod";

import { email, person, token } from "../auth/auth.ts";
import { pageFields, createPageSchema } from "../pagination.ts";
import { id, timestamp } from "../text.ts";
import { role } from "./workspace.ts";

export const invitation = z.object({
  id,
  role,
  /** Null for an invitation by link. */
  email: z.string().nullable(),
  invitedBy: person.nullable(),
  /** How many more times a link can be used. 1 for an invitation by email. */
  usesLeft: z.int(),
  createdAt: timestamp,
  expiresAt: timestamp,
});
export type Invitation = z.infer<typeof invitation>;
/** With `email`, an email is sent, and only that address can accept. Without it, anyone with the link can. */
export const invitationCreateInput = z
  .strictObject({
    workspaceId: id,
    role,
    email: email.optional(),
    maxUses: z.int().min(1).max(1000).default(1),
    expiresInDays: z.int().min(1).max(90).default(7),
  })
  .refine(({ email: to, maxUses }) => to === undefined || maxUses === 1, {
    path: ["maxUses"],
    message: "must be 1 for an invitation by email",
  });
export type InvitationCreateInput = z.infer<typeof invitationCreateInput>;
/** `token` is returned only once. The link contains it. */
export const invitationCreated = invitation.extend({ token: z.string(), url: z.string() });
export const invitationListInput = z.strictObject({ workspaceId: id, ...pageFields });
export const invitationList = createPageSchema(invitation);
export const invitationRevokeInput = z.strictObject({ workspaceId: id, id });
export const invitationTokenInput = z.strictObject({ token });
export const invitationPreview = z.object({
  workspaceName: z.string(),
  role,
  invitedBy: z.string().nullable(),
  /** Whether it is bound to an email address, which is not revealed. */
  forEmail: z.boolean(),
  expiresAt: timestamp,
});
export type InvitationPreview = z.infer<typeof invitationPreview>;
