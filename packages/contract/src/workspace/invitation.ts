import { z } from "zod";

import { email, person, token } from "../auth/auth.ts";
import { pageFields, createPageSchema } from "../pagination.ts";
import { id, timestamp } from "../text.ts";
import { role } from "./workspace.ts";

export const invitation = z.object({
  id: id.describe("Identifies the invitation, for revoking it. It isn't the token."),
  role: role.describe("The role of people who accept."),
  email: z.string().nullable().describe("The only address that can accept. Null for an invitation by link."),
  invitedBy: person.nullable().describe("The member who created it. Null once the account is deleted."),
  usesLeft: z.int().describe("The number of people who can still accept. 1 for an invitation by email."),
  createdAt: timestamp.describe("When the invitation was created."),
  expiresAt: timestamp.describe("When the invitation expires."),
});
export type Invitation = z.infer<typeof invitation>;
export const invitationCreateInput = z
  .strictObject({
    workspaceId: id.describe("The workspace to invite to."),
    role: role.describe(
      "The role of people who accept. Owners may invite in any role, and admins below their own.",
    ),
    email: email
      .optional()
      .describe(
        "Sends the invitation to this address, and only it can accept. If omitted, anyone with the link can.",
      ),
    maxUses: z
      .int()
      .min(1)
      .max(1000)
      .default(1)
      .describe("The number of people who can accept. Must be 1 for an invitation by email."),
    expiresInDays: z
      .int()
      .min(1)
      .max(90)
      .default(7)
      .describe("The number of days until the invitation expires."),
  })
  .refine(({ email: to, maxUses }) => to === undefined || maxUses === 1, {
    path: ["maxUses"],
    message: "must be 1 for an invitation by email",
  });
export type InvitationCreateInput = z.infer<typeof invitationCreateInput>;
export const invitationCreated = invitation.extend({
  token: z.string().describe("Accepts the invitation. It is returned only here, and is part of the link."),
  url: z.string().describe("The link to pass on. It opens the web app."),
});
export const invitationListInput = z.strictObject({
  workspaceId: id.describe("The workspace whose pending invitations are listed."),
  ...pageFields,
});
export const invitationList = createPageSchema(invitation);
export const invitationRevokeInput = z.strictObject({
  workspaceId: id.describe("The workspace that the invitation leads to."),
  id: id.describe("The invitation to revoke."),
});
export const invitationTokenInput = z.strictObject({
  token: token.describe("The token in the invitation's link."),
});
export const invitationPreview = z.object({
  workspaceName: z.string().describe("The name of the workspace to join."),
  role: role.describe("The role of people who accept."),
  invitedBy: z
    .string()
    .nullable()
    .describe("The name of the member who invites. Null once the account is deleted."),
  forEmail: z.boolean().describe("Whether only one email address can accept. The address isn't revealed."),
  expiresAt: timestamp.describe("When the invitation expires."),
});
export type InvitationPreview = z.infer<typeof invitationPreview>;
