import type { Database, Sql } from "@mdreader/db";

import type { Bus, Logger } from "../../ports.ts";
import { createPoller } from "../../util/poller.ts";
import type { SetTimer } from "../../util/set-timer.ts";
import { type AuthenticatedCredential, toCredentialKey } from "../identity.ts";
import { hasKeySecondFactor, hasSessionSecondFactor } from "../second-factor-proof.ts";
import { subscribeAccessChanged, subscribeCredentialEnded } from "./access-changes.ts";

/** The access to monitor: the caller, and the resource it applies to. */
export interface MonitoredAccess {
  credential: AuthenticatedCredential;
  userId: string;
  workspaceId: string;
  /** The document that the access applies to, if any. */
  documentId?: string | undefined;
  /** The role at the last check. */
  role: string;
  /** The API key's scopes at the last check; null for a session. */
  scopes: readonly string[] | null;
}

/** Notifies streams and sockets, which outlive their first check, when to check again. */
export interface AccessMonitor {
  /** Calls `onPossibleChange` whenever the access may have changed, until the returned function is called. */
  watch(watched: MonitoredAccess, onPossibleChange: () => void): () => void;
  /** Calls `onEnded` when the credential's session, key or account has ended, until the returned function is called. */
  watchCredential(credential: AuthenticatedCredential, onEnded: () => void): () => void;
  close(): void;
}

/**
 * Milliseconds between two polls of the database. Bus messages are faster, but one can be lost, and not every change of
 * a row sends one. Polling revokes access within two seconds in any case.
 */
const pollIntervalMs = 1500;

export function createAccessMonitor(
  { database, bus, log }: { database: Pick<Database, "sql">; bus: Bus; log: Logger },
  schedule: SetTimer,
): AccessMonitor {
  const entries = new Set<Entry>();
  const credentials = new Set<CredentialEntry>();

  const poll = async () => {
    try {
      const all = [...entries];
      const fingerprints = await readFingerprints(database.sql, all);
      all.forEach((entry, index) => {
        const fingerprint = fingerprints[index] ?? null;
        if (fingerprint !== entry.lastFingerprint) entry.onPossibleChange();
        entry.lastFingerprint = fingerprint;
      });
      const opened = [...credentials];
      const valid = await readValidCredentials(database.sql, opened);
      for (const entry of opened) if (!valid.has(toCredentialKey(entry.credential))) entry.onEnded();
    } catch (error) {
      log.warn({ err: error }, "access of open streams couldn't be checked");
    }
  };
  const poller = createPoller(schedule, pollIntervalMs, poll, () => entries.size + credentials.size > 0);

  return {
    watch(watched, onPossibleChange) {
      const entry: Entry = { ...watched, onPossibleChange, lastFingerprint: toFingerprint(watched) };
      const stops = [
        subscribeAccessChanged(bus, watched, onPossibleChange),
        subscribeCredentialEnded(bus, watched.credential, onPossibleChange),
        () => entries.delete(entry),
      ];
      entries.add(entry);
      poller.start();
      return () => stops.forEach((stop) => stop());
    },
    watchCredential(credential, onEnded) {
      const entry = { credential, onEnded };
      const stop = subscribeCredentialEnded(bus, credential, onEnded);
      credentials.add(entry);
      poller.start();
      return () => {
        stop();
        credentials.delete(entry);
      };
    },
    close() {
      poller.stop();
      entries.clear();
      credentials.clear();
    },
  };
}

interface Entry extends MonitoredAccess {
  onPossibleChange(): void;
  /** The fingerprint at the last poll; null once the access was lost. */
  lastFingerprint: string | null;
}

interface CredentialEntry {
  credential: AuthenticatedCredential;
  onEnded(): void;
}

/** Everything that access depends on, as one string. */
const toFingerprint = ({ role, scopes }: { role: string; scopes: readonly string[] | null }): string =>
  [role, ...(scopes ?? [])].join(" ");

/**
 * Reads the current fingerprints, in the order of the entries. An entry is null when its session, key, account or
 * membership has ended, its document is deleted, or its workspace requires a second factor that it lacks.
 */
async function readFingerprints(sql: Sql, entries: readonly Entry[]): Promise<(string | null)[]> {
  if (entries.length === 0) return [];
  const rows = entries.map(({ credential, userId, workspaceId, documentId = null }) => ({
    sessionId: credential.kind === "session" ? credential.sessionId : null,
    keyHash: credential.kind === "apiKey" ? toCredentialKey(credential) : null,
    userId,
    workspaceId,
    documentId,
  }));
  const found = await sql<{ role: string | null; scopes: string[] | null }[]>`
    select m.role, k.scopes
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
      and case when not w.second_factor_required then true
        when s.id is not null then ${sql.unsafe(hasSessionSecondFactor("s"))}
        else ${sql.unsafe(hasKeySecondFactor("k"))} end
    order by e.number`;
  return found.map(({ role, scopes }) => role && toFingerprint({ role, scopes }));
}

/** Returns the ids of the credentials whose session or key, and whose account, are still valid. */
async function readValidCredentials(
  sql: Sql,
  entries: readonly CredentialEntry[],
): Promise<ReadonlySet<string>> {
  if (entries.length === 0) return new Set();
  const listKeys = (kind: AuthenticatedCredential["kind"]) => [
    ...new Set(
      entries.flatMap(({ credential }) => (credential.kind === kind ? toCredentialKey(credential) : [])),
    ),
  ];
  const rows = await sql<{ id: string }[]>`
    select s.id::text from auth_sessions s join users u on u.id = s.user_id and u.deactivated_at is null
      where s.id = any(${listKeys("session")}::uuid[]) and s.revoked_at is null and s.expires_at > now()
    union all
    select encode(k.secret_hash, 'hex') from api_keys k join users u on u.id = k.user_id and u.deactivated_at is null
      where k.secret_hash = any(select decode(h, 'hex') from unnest(${listKeys("apiKey")}::text[]) h)
        and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())`;
  return new Set(rows.map(({ id }) => id));
}
