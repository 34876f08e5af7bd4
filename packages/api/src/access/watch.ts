import type { Database } from "@mdreader/db";

import type { Bus, Logger } from "../ports.ts";
import type { Schedule } from "../realtime/schedule.ts";
import type { Presented } from "./caller.ts";
import { onAccessChanged, onCredentialEnded } from "./revocation.ts";

/** Whose access is watched, and where. */
export interface Watched {
  credential: Presented;
  userId: string;
  workspaceId: string;
  /** The document that it is about, if it is about one. */
  documentId?: string | undefined;
  /** The role at the last check. */
  role: string;
}

/** Tells streams, which outlive the check they began with, when to check again. */
export interface AccessWatch {
  /** Calls `doubted` whenever the access may have changed, until the answer is called. */
  watch(watched: Watched, doubted: () => void): () => void;
  close(): void;
}

/**
 * Milliseconds between two looks at the database. Messages are quicker, but one can be lost, and not everything that
 * changes a row sends one; whoever was put out is out within two seconds all the same.
 */
const interval = 1500;

export function createAccessWatch(
  { database, bus, log }: { database: Pick<Database, "sql">; bus: Bus; log: Logger },
  schedule: Schedule,
): AccessWatch {
  const entries = new Set<Entry>();
  let cancel: (() => void) | null = null;

  const plan = () => {
    cancel = schedule(() => {
      cancel = null;
      void look();
    }, interval);
  };

  const look = async () => {
    try {
      const all = [...entries];
      const roles = await rolesOf(database.sql, all);
      all.forEach((entry, index) => {
        const role = roles[index] ?? null;
        if (role !== entry.known) entry.doubted();
        entry.known = role;
      });
    } catch (error) {
      log.warn({ err: error }, "the access of open streams could not be checked");
    }
    if (entries.size > 0 && cancel === null) plan();
  };

  return {
    watch(watched, doubted) {
      const entry: Entry = { ...watched, doubted, known: watched.role };
      const stops = [
        onAccessChanged(bus, watched, doubted),
        onCredentialEnded(bus, watched.credential, doubted),
        () => entries.delete(entry),
      ];
      entries.add(entry);
      if (cancel === null) plan();
      return () => stops.forEach((stop) => stop());
    },
    close() {
      cancel?.();
      entries.clear();
    },
  };
}

interface Entry extends Watched {
  doubted(): void;
  /** The role at the last look; null when there was none any more. */
  known: string | null;
}

/**
 * The role that each has, in the same order; null for those whose session, key, account or membership has ended, or whose
 * document is gone.
 */
async function rolesOf(sql: Database["sql"], entries: readonly Entry[]): Promise<(string | null)[]> {
  if (entries.length === 0) return [];
  const rows = entries.map(({ credential, userId, workspaceId, documentId = null }) => ({
    sessionId: credential.kind === "session" ? credential.sessionId : null,
    keyHash: credential.kind === "apiKey" ? Buffer.from(credential.secretHash).toString("hex") : null,
    userId,
    workspaceId,
    documentId,
  }));
  const found = await sql<{ role: string | null }[]>`
    select m.role
    from rows from (
      jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb)
        as ("sessionId" uuid, "keyHash" text, "userId" uuid, "workspaceId" uuid, "documentId" uuid)
    ) with ordinality as e (session_id, key_hash, user_id, workspace_id, document_id, number)
    left join users u on u.id = e.user_id and u.deactivated_at is null
    left join auth_sessions s on s.id = e.session_id and s.revoked_at is null and s.expires_at > now()
    left join api_keys k on k.secret_hash = decode(e.key_hash, 'hex') and k.revoked_at is null
      and (k.expires_at is null or k.expires_at > now())
    left join workspaces w on w.id = e.workspace_id and w.deleted_at is null
    left join documents d on d.id = e.document_id and d.deleted_at is null
    left join workspace_members m on m.workspace_id = w.id and m.user_id = u.id
      and (s.id is not null or k.id is not null) and (e.document_id is null or d.id is not null)
    order by e.number`;
  return found.map(({ role }) => role);
}
