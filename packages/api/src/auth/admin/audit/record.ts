import type { AuditAction } from "@mdreader/contract";
import { auditEntries, type Executor } from "@mdreader/db";
import { sql } from "drizzle-orm";

import type { Caller } from "../../../access/identity.ts";

/** The origin of an act. Acts at the server's shell have no request. */
export interface AuditSource {
  request?: { ipAddress: string };
}

export interface AuditRecord {
  action: AuditAction;
  /** The acting user. Null at the server's shell, and for an unknown one. */
  actor: Pick<Caller, "userId"> | Caller | null;
  target?: { id: string | null; name: string | null };
  workspaceId?: string;
  details?: Record<string, string | number | boolean | null> | null;
}

/**
 * Writes entries of the audit log.
 * @param db The transaction of the change, so that neither is written without the other.
 */
export async function recordAudit(
  db: Executor,
  { request }: AuditSource,
  ...records: readonly AuditRecord[]
): Promise<void> {
  if (records.length === 0) return;
  await db.insert(auditEntries).values(
    records.map(({ action, actor, target, workspaceId, details }) => {
      const actorId = actor?.userId ?? null;
      return {
        action,
        actorId,
        actorName: sql`(
          select case when is_service_account then full_name else username::text end from users where id = ${actorId})`,
        actorKeyId: actor !== null && "keyId" in actor ? actor.keyId : null,
        targetId: target?.id,
        targetName: target?.name,
        workspaceId,
        ipAddress: request?.ipAddress,
        details,
      };
    }),
  );
}
