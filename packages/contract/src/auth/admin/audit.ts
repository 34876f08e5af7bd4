import { z } from "zod";

import { createPageSchema, nextCursor, pageFields } from "../../pagination.ts";
import { id, timestamp } from "../../text.ts";

/** Everything that the audit log records. Acts in a workspace have the names of its events. */
export const auditActions = [
  "account.registered",
  "account.deleted",
  "account.exported",
  "account.restored",
  "account.purged",
  "account.signedIn",
  "account.signInFailed",
  "account.signedOut",
  "account.emailVerified",
  "account.emailChangeRequested",
  "account.emailChangeRefused",
  "account.emailChangeCanceled",
  "account.emailChanged",
  "account.passwordChanged",
  "account.passwordReset",
  "account.passwordLinkCreated",
  "account.handedOver",
  "account.suspended",
  "account.reactivated",
  "account.verifiedByAdmin",
  "account.passwordChangeRequired",
  "account.sessionsEnded",
  "secondFactor.enabled",
  "secondFactor.disabled",
  "secondFactor.reset",
  "secondFactor.recoveryCodeUsed",
  "secondFactor.recoveryCodesReplaced",
  "passkey.added",
  "passkey.removed",
  "passkey.cloneSuspected",
  "device.approved",
  "device.denied",
  "identity.linked",
  "identity.unlinked",
  "superuser.granted",
  "superuser.revoked",
  "apiKey.created",
  "apiKey.revoked",
  "settings.updated",
  "quota.updated",
  "job.retried",
  "mail.opened",
  "audit.exported",
  "workspace.created",
  "workspace.deleted",
  "workspace.restored",
  "workspace.transferred",
  "workspace.adopted",
  "workspace.exported",
  "workspace.secondFactorUpdated",
  "member.joined",
  "member.roleChanged",
  "member.removed",
  "member.left",
  "invitation.created",
  "invitation.revoked",
  "share.created",
  "share.revoked",
] as const;
export type AuditAction = (typeof auditActions)[number];
export const auditAction = z.enum(auditActions);

export const auditEntry = z.object({
  id: id.describe("Identifies the entry. Newer entries have greater IDs."),
  action: z
    .string()
    .describe(
      "What was done, such as `account.signedIn`. Newer servers may have recorded actions that are not listed.",
    ),
  actorId: id
    .nullable()
    .describe("The user who acted. Null for an act at the server's shell, and for a failed sign-in."),
  actorName: z.string().nullable().describe("The actor's username at that time. Null without an actor."),
  actorKeyId: id.nullable().describe("The API key with which the actor acted. Null if they used none."),
  targetId: id.nullable().describe("The user, workspace or other subject of the act. Null if there is none."),
  targetName: z
    .string()
    .nullable()
    .describe("The subject's name or address at that time. Null if it had none."),
  workspaceId: id
    .nullable()
    .describe("The workspace in which it happened. Null if it was outside of workspaces."),
  ipAddress: z
    .string()
    .nullable()
    .describe("The client's IP address. Null once it is erased, and for an act at the server's shell."),
  details: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
    .nullable()
    .describe("Facts that depend on the action, such as the new role of a member. Null if there are none."),
  at: timestamp.describe("When it happened."),
});
export type AuditEntry = z.infer<typeof auditEntry>;

const filters = {
  action: auditAction.optional().describe("Only entries of this action. Without it, of all actions."),
  actorId: id.optional().describe("Only acts of this user. Without it, of everyone."),
  targetId: id.optional().describe("Only acts on this user, workspace or other subject. Without it, on all."),
  workspaceId: id.optional().describe("Only what happened in this workspace. Without it, everywhere."),
  from: timestamp.optional().describe("Only entries from this time on. Without it, from the oldest one."),
  until: timestamp.optional().describe("Only entries before this time. Without it, up to the newest one."),
};
export const auditListInput = z.strictObject({ ...filters, ...pageFields }).prefault({});
export type AuditListInput = z.infer<typeof auditListInput>;
export const auditList = createPageSchema(auditEntry);

/** One part of an export, oldest first. */
export const auditExportInput = z
  .strictObject({
    ...filters,
    cursor: pageFields.cursor,
    limit: z.int().min(1).max(1000).default(1000).describe("The largest number of entries in this part."),
  })
  .prefault({});
export type AuditExportInput = z.infer<typeof auditExportInput>;
export const auditExport = z.object({
  lines: z.string().describe("One entry in each line, as JSON."),
  nextCursor,
});
export type AuditExport = z.infer<typeof auditExport>;
