import type { Database } from "@mdreader/db";

import { AppError } from "../errors.ts";

/** Tells one database from another that took its place under the same address. */
export interface DatabaseIdentity {
  /** The name of the database's past, no older than one interval. */
  generation(): Promise<string>;
  /** Looks now. @returns Whether it is another database, or the same that was stopped in between, since the last look. */
  read(): Promise<boolean>;
}

/** Milliseconds between two looks at the database. */
export const pollIntervalMs = 2000;

interface Seen {
  generation: string;
  startedAt: string;
  at: number;
}

/**
 * What a restored backup can't leave as it was: a dump makes new tables, a physical backup and a replica that is promoted
 * begin a new timeline. Files that were put back under a stopped server change neither; but that it was stopped shows,
 * and then numbers and state vectors decide.
 */
export function createDatabaseIdentity(sql: Database["sql"]): DatabaseIdentity {
  const read = createReader(sql);
  let seen: Seen | null = null;
  let looking: Promise<Seen> | null = null;

  const see = (): Promise<Seen> =>
    (looking ??= read()
      .then((found) => (seen = { ...found, at: Date.now() }))
      .finally(() => {
        looking = null;
      }));

  return {
    async generation() {
      const fresh = seen !== null && Date.now() - seen.at < pollIntervalMs ? seen : await see();
      return fresh.generation;
    },
    async read() {
      const before = seen;
      const now = await see();
      return before !== null && (before.generation !== now.generation || before.startedAt !== now.startedAt);
    },
  };
}

type Found = Omit<Seen, "at">;

/** A hosted database may keep its timeline to itself: no privilege, not supported, not in this state, no such function. */
const notInThisState = "55000";
const isUnavailable = new Set(["42501", "0A000", notInThisState, "42883"]);

function createReader(sql: Database["sql"]): () => Promise<Found> {
  let knowsTimeline = true;
  return async function read(): Promise<Found> {
    const timeline = knowsTimeline
      ? sql`(select system_identifier from pg_control_system()), left(pg_walfile_name(pg_current_wal_insert_lsn()), 8)`
      : sql`''`;
    try {
      const [found] = await sql<Found[]>`
        select pg_postmaster_start_time()::text as "startedAt", left(md5(concat_ws(' ',
          (select oid from pg_database where datname = current_database()), 'document_log'::regclass::oid, ${timeline}
        )), 12) as generation`;
      if (found === undefined) throw new Error("A select without a table gave no row.");
      return found;
    } catch (error) {
      if (!knowsTimeline || !isUnavailable.has(sqlState(error))) throw error;
      // A replica has no timeline of its own yet: while another server takes over, there is nothing to tell.
      if (sqlState(error) === notInThisState && (await isInRecovery(sql)))
        throw new AppError("UNAVAILABLE", { retryAfter: 1, cause: error });
      knowsTimeline = false;
      return read();
    }
  };
}

async function isInRecovery(sql: Database["sql"]): Promise<boolean> {
  const [row] = await sql<{ isInRecovery: boolean }[]>`select pg_is_in_recovery() as "isInRecovery"`;
  return row?.isInRecovery ?? false;
}

const sqlState = (error: unknown): string =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
