import type { AuditListInput } from "@mdreader/contract";
import { auditEntries } from "@mdreader/db";
import { and, eq, gte, lt, type SQL } from "drizzle-orm";

export const auditColumns = {
  id: auditEntries.id,
  action: auditEntries.action,
  actorId: auditEntries.actorId,
  actorName: auditEntries.actorName,
  actorKeyId: auditEntries.actorKeyId,
  targetId: auditEntries.targetId,
  targetName: auditEntries.targetName,
  workspaceId: auditEntries.workspaceId,
  ipAddress: auditEntries.ipAddress,
  details: auditEntries.details,
  at: auditEntries.at,
};

export type AuditFilter = Pick<
  AuditListInput,
  "action" | "actorId" | "targetId" | "workspaceId" | "from" | "until"
>;

/** The condition for the entries that a filter selects. */
export function matchesFilter(filter: AuditFilter): SQL | undefined {
  const { action, actorId, targetId, workspaceId, from, until } = filter;
  return and(
    action === undefined ? undefined : eq(auditEntries.action, action),
    actorId === undefined ? undefined : eq(auditEntries.actorId, actorId),
    targetId === undefined ? undefined : eq(auditEntries.targetId, targetId),
    workspaceId === undefined ? undefined : eq(auditEntries.workspaceId, workspaceId),
    from === undefined ? undefined : gte(auditEntries.at, from),
    until === undefined ? undefined : lt(auditEntries.at, until),
  );
}
