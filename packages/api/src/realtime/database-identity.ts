import type { Sql } from "@mdreader/db";

import { AppError } from "../errors.ts";

/** Detects that another database has replaced the one at this address. */
export interface DatabaseIdentity {
  /** The identity of the database's history, at most one interval old. */
  generation(): Promise<string>;
  /** The identity of the database's history now, read with a statement. */
  readGeneration(): Promise<string>;
}

/** Milliseconds between two reads of the identity. */
export const pollIntervalMs = 2000;

interface CachedIdentity {
  generation: string;
  startedAt: string;
  at: number;
}

/**
 * The identity consists of values that restoring a backup changes: a dump creates new tables, our own restore also gives
 * the log a comment, and a physical backup or a promoted replica starts a new timeline. Restoring files under a stopped server changes neither. The restart is
 * still detected, and sequence numbers and state vectors decide.
 *
 * @param onReplaced Called when the database may have been replaced. The new identity is known by then.
 */
export function createDatabaseIdentity(sql: Sql, onReplaced: () => void): DatabaseIdentity {
  const read = createReader(sql);
  let cached: CachedIdentity | null = null;
  let pending: Promise<CachedIdentity> | null = null;

  const refresh = (): Promise<CachedIdentity> =>
    (pending ??= read()
      .then((found) => {
        const previous = cached;
        cached = { ...found, at: Date.now() };
        if (previous !== null && isDifferent(previous, found)) onReplaced();
        return cached;
      })
      .finally(() => {
        pending = null;
      }));

  return {
    async generation() {
      const fresh = cached !== null && Date.now() - cached.at < pollIntervalMs ? cached : await refresh();
      return fresh.generation;
    },
    readGeneration: async () => (await refresh()).generation,
  };
}

type IdentityRow = Omit<CachedIdentity, "at">;

const isDifferent = (before: IdentityRow, after: IdentityRow) =>
  before.generation !== after.generation || before.startedAt !== after.startedAt;

/**
 * SQLSTATEs of hosted databases that hide their timeline: no privilege, not supported, wrong state, no such function.
 */
const objectNotInPrerequisiteState = "55000";
const hiddenTimelineStates = new Set(["42501", "0A000", objectNotInPrerequisiteState, "42883"]);

function createReader(sql: Sql): () => Promise<IdentityRow> {
  let canReadTimeline = true;
  return async function read(): Promise<IdentityRow> {
    const timeline = canReadTimeline
      ? sql`(select system_identifier from pg_control_system()), left(pg_walfile_name(pg_current_wal_insert_lsn()), 8)`
      : sql`''`;
    try {
      const [found] = await sql<IdentityRow[]>`
        select pg_postmaster_start_time()::text as "startedAt", left(md5(concat_ws(' ',
          (select oid from pg_database where datname = current_database()), 'document_log'::regclass::oid, ${timeline},
          obj_description('document_log'::regclass, 'pg_class')
        )), 12) as generation`;
      if (found === undefined) throw new Error("A select without a table returned no row.");
      return found;
    } catch (error) {
      if (!canReadTimeline || !hiddenTimelineStates.has(sqlState(error))) throw error;
      // A replica has no timeline of its own yet, so the identity is unknown during a failover.
      if (sqlState(error) === objectNotInPrerequisiteState && (await isInRecovery(sql)))
        throw new AppError("UNAVAILABLE", { retryAfter: 1, cause: error });
      canReadTimeline = false;
      return read();
    }
  };
}

async function isInRecovery(sql: Sql): Promise<boolean> {
  const [row] = await sql<{ isInRecovery: boolean }[]>`select pg_is_in_recovery() as "isInRecovery"`;
  return row?.isInRecovery ?? false;
}

const sqlState = (error: unknown): string =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
