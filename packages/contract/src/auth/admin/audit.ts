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
      "The action, such as `account.signedIn`. Newer servers may have recorded actions that aren't listed.",
    ),
  actorId: id
    .nullable()
    .describe("The user who acted. Null for actions at the server's command line and for failed sign-ins."),
  actorName: z.string().nullable().describe("The actor's username at that time. Null without an actor."),
  actorKeyId: id.nullable().describe("The API key that the actor used. Null if they didn't use one."),
  targetId: id
    .nullable()
    .describe("The user, workspace or other subject of the action. Null if there is none."),
  targetName: z
    .string()
    .nullable()
    .describe("The subject's name or address at that time. Null if it had none."),
  workspaceId: id
    .nullable()
    .describe("The workspace in which the action happened. Null if it happened outside of any workspace."),
  ipAddress: z
    .string()
    .nullable()
    .describe(
      "The client's IP address. Null after it was erased, and for actions at the server's command line.",
    ),
  details: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
    .nullable()
    .describe("Details that depend on the action, such as the new role of a member. Null if there are none."),
  at: timestamp.describe("When the action happened."),
});
export type AuditEntry = z.infer<typeof auditEntry>;

const filters = {
  action: auditAction
    .optional()
    .describe("Returns only entries of this action. By default, all actions are included."),
  actorId: id
    .optional()
    .describe("Returns only actions of this user. By default, everyone's actions are included."),
  targetId: id
    .optional()
    .describe(
      "Returns only actions on this user, workspace or other subject. By default, all subjects are included.",
    ),
  workspaceId: id
    .optional()
    .describe("Returns only actions in this workspace. By default, actions everywhere are included."),
  from: timestamp
    .optional()
    .describe("Returns only entries from this time on. By default, the list includes the oldest entry."),
  until: timestamp
    .optional()
    .describe("Returns only entries before this time. By default, the list includes the newest entry."),
};
export const auditListInput = z.strictObject({ ...filters, ...pageFields }).prefault({});
export type AuditListInput = z.infer<typeof auditListInput>;
export const auditList = createPageSchema(auditEntry);

/** One part of an export, oldest first. */
export const auditExportInput = z
  .strictObject({
    ...filters,
    cursor: pageFields.cursor,
    limit: z.int().min(1).max(1000).default(1000).describe("The maximum number of entries in this part."),
  })
  .prefault({});
export type AuditExportInput = z.infer<typeof auditExportInput>;
export const auditExport = z.object({
  lines: z.string().describe("The entries as JSON, one per line."),
  nextCursor,
});
export type AuditExport = z.infer<typeof auditExport>;
