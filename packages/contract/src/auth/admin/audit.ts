import { z } from "zod";

import { createPageSchema, pageFields } from "../../pagination.ts";
import { id, timestamp } from "../../text.ts";

/** Everything that the audit log records. Acts in a workspace have the names of its events. */
export const auditActions = [
  "account.registered",
  "account.deleted",
  "account.signedIn",
  "account.signInFailed",
  "account.signedOut",
  "account.emailVerified",
  "account.passwordChanged",
  "account.passwordReset",
  "account.passwordLinkCreated",
  "account.suspended",
  "account.reactivated",
  "account.verifiedByAdmin",
  "account.passwordChangeRequired",
  "account.sessionsEnded",
  "identity.linked",
  "identity.unlinked",
  "superuser.granted",
  "superuser.revoked",
  "apiKey.created",
  "apiKey.revoked",
  "settings.updated",
  "quota.updated",
  "audit.exported",
  "workspace.created",
  "workspace.deleted",
  "workspace.restored",
  "workspace.transferred",
  "workspace.adopted",
  "workspace.exported",
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
  id,
  /** One of `auditActions`, or an action that a newer server has recorded. */
  action: z.string(),
  /** Null for an act at the server's shell, and for a failed sign-in. */
  actorId: id.nullable(),
  actorName: z.string().nullable(),
  /** The API key with which the actor acted, if any. */
  actorKeyId: id.nullable(),
  targetId: id.nullable(),
  targetName: z.string().nullable(),
  workspaceId: id.nullable(),
  /** The client's IP address, until it is erased. */
  ipAddress: z.string().nullable(),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).nullable(),
  at: timestamp,
});
export type AuditEntry = z.infer<typeof auditEntry>;

const filters = {
  action: auditAction.optional(),
  actorId: id.optional(),
  targetId: id.optional(),
  workspaceId: id.optional(),
  /** Entries from this time on. */
  from: timestamp.optional(),
  /** Entries before this time. */
  until: timestamp.optional(),
};
export const auditListInput = z.strictObject({ ...filters, ...pageFields }).prefault({});
export type AuditListInput = z.infer<typeof auditListInput>;
export const auditList = createPageSchema(auditEntry);

/** One part of an export, oldest first. */
export const auditExportInput = z
  .strictObject({ ...filters, cursor: pageFields.cursor, limit: z.int().min(1).max(1000).default(1000) })
  .prefault({});
export type AuditExportInput = z.infer<typeof auditExportInput>;
export const auditExport = z.object({
  /** One entry in each line, as JSON. */
  lines: z.string(),
  nextCursor: z.string().nullable(),
});
export type AuditExport = z.infer<typeof auditExport>;
