import type { Database, SqlRunner } from "@mdreader/db";
import pLimit from "p-limit";

import { AppError } from "../../../errors.ts";
import { createTurnsByName } from "../../../util/fair-queue.ts";
import { createWeightedLruCache } from "../../../util/weighted-lru.ts";
import { createDamageReports, DamagedDocumentError, type DamageReports } from "./damage.ts";
import { type EncodedState, readEncodedState } from "./encoded-state.ts";
import {
  applyCommitted,
  applyNewEntries,
  type LiveDocument,
  loadDocument,
  encodeState,
  estimateMemory,
} from "./live-document.ts";
import { type Append, appendUpdates } from "./log.ts";

/** Documents held in memory at most, and about how many bytes of it. */
const cacheLimits = { count: 1000, weight: 256 * 1024 * 1024 };

/** Optimistic attempts before a write takes the document's lock. Without it, a slow plan could starve behind another process. */
const maxOptimisticAttempts = 4;

/** Writes that hold a document's lock at once: each takes a connection, and waits there. */
const maxLockedWrites = 4;

/** Steps of conflict resolution beyond those of its load with which a document stays in memory. */
const maxUncertainSteps = 2_000_000;

/** Updates to append, which fit the document as it is. */
export type DocumentWrite = Pick<Append, "updates" | "claims" | "callers" | "saved" | "answer">;

/** A decision on a document: what to append, and what to answer. */
export interface Planned<Result> {
  /** Null appends nothing. */
  write: DocumentWrite | null;
  result: Result;
}

/**
 * Decides on the document as it is. Statements go through `sql`: while the document is locked, that is the connection
 * that holds the lock.
 */
export type Plan<Result> = (live: LiveDocument, sql: SqlRunner) => Planned<Result> | Promise<Planned<Result>>;

/** The versions that the document had before a write, and has after, with what its plan decided. */
export interface WriteResult<Result> {
  from: number;
  to: number;
  workspaceId: string;
  result: Result;
}

/**
 * Documents in the memory of this process, and the one way to write to their text. Work on a document is queued. Other
 * processes write too, so memory may lag behind the database: nothing is answered from memory alone.
 */
export interface DocumentStore {
  /** Reads a document with all that is committed so far. */
  read<T>(id: string, look: (live: LiveDocument) => T): Promise<T>;
  /** All of a document as one update, with all that is committed so far. */
  encoded(id: string): Promise<EncodedState>;
  /**
   * Appends what a plan decides. Its decision is final only if it was made on what the database holds: an append proves
   * that, and where nothing is appended, or the plan fails, the document is caught up first. A plan may run several times,
   * each on a newer state; the result is that of the last.
   *
   * @throws AppError NOT_FOUND when the document is deleted, or an author may not edit it any more; DOCUMENT_DAMAGED; and
   *   whatever the plan throws.
   */
  write<Result>(id: string, plan: Plan<Result>): Promise<WriteResult<Result>>;
  /**
   * Runs one job for a document at a time, while its queue goes on: saves that take long, and would otherwise outrun one
   * another. The people who save take turns.
   *
   * @throws AppError RATE_LIMITED or UNAVAILABLE when too many wait, or for too long.
   */
  inTurn<Result>(id: string, userId: string, job: () => Promise<Result>): Promise<Result>;
}

interface CacheEntry {
  live: LiveDocument | null;
  /** The encoded state that readers were given, while the document was only read. */
  encoded: EncodedState | null;
  queue: Promise<unknown>;
}

type AttemptResult<Result> =
  | { outcome: "appended"; result: WriteResult<Result> }
  | { outcome: "unchanged"; result: WriteResult<Result> }
  | { outcome: "refused"; error: AppError }
  /** The document is not, or not any more, as it was planned for. */
  | { outcome: "outrun"; saves: boolean };

/** @param damage Is told of documents that can't be built. */
export function createDocumentStore(
  { sql }: Pick<Database, "sql">,
  damage: DamageReports = createDamageReports(),
): DocumentStore {
  const cache = createWeightedLruCache<CacheEntry>(cacheLimits);

  /** The document, up to date with the database. */
  const open = async (id: string, entry: CacheEntry, on: SqlRunner = sql): Promise<LiveDocument> => {
    if (entry.live !== null && !(await applyNewEntries(on, entry.live))) entry.live = null;
    entry.live ??= await damage.watch(on, id, () => loadDocument(on, id));
    return entry.live;
  };

  /** Runs one piece of work after the other. One that fails leaves nothing half-done in memory behind. */
  const queued = <T>(id: string, work: (entry: CacheEntry) => Promise<T>): Promise<T> => {
    const entry = cache.getOrCreate(id, () => ({ live: null, encoded: null, queue: Promise.resolve() }));
    const done = entry.queue.then(async () => {
      try {
        return await work(entry);
      } catch (error) {
        // What was refused was not begun: the document is as it was.
        if (!(error instanceof AppError) || error instanceof DamagedDocumentError) entry.live = null;
        throw error;
      } finally {
        if (entry.live !== null) entry.encoded = null;
        const weight = entry.live === null ? entry.encoded?.state.byteLength : estimateMemory(entry.live);
        cache.setWeight(id, weight ?? 0);
      }
    });
    entry.queue = done.catch(() => {});
    return done;
  };

  /** Plans and appends once. */
  const attempt = async <Result>(
    on: SqlRunner,
    live: LiveDocument,
    plan: Plan<Result>,
  ): Promise<AttemptResult<Result>> => {
    const { id: documentId, workspaceId, version: from } = live;
    let planned: Planned<Result>;
    try {
      planned = await plan(live, on);
    } catch (error) {
      if (error instanceof AppError) return { outcome: "refused", error };
      throw error;
    }
    const { write, result } = planned;
    if (write === null || write.updates.length === 0) {
      return { outcome: "unchanged", result: { from, to: from, workspaceId, result } };
    }
    if (!(await appendUpdates(on, { documentId, workspaceId, expected: from, ...write }))) {
      return { outcome: "outrun", saves: write.saved !== undefined };
    }
    applyCommitted(live, write);
    return { outcome: "appended", result: { from, to: live.version, workspaceId, result } };
  };

  /** Plans and appends while the document's row is locked, so that no other process can be faster. */
  const locked = pLimit(maxLockedWrites);
  const attemptWithLock = <Result>(
    id: string,
    entry: CacheEntry,
    plan: Plan<Result>,
  ): Promise<WriteResult<Result>> =>
    locked(() =>
      sql.begin(async (tx) => {
        await tx`select 1 from documents where id = ${id} for no key update`;
        const attempted = await attempt(tx, await open(id, entry, tx), plan);
        if (attempted.outcome === "refused") throw attempted.error;
        // Nobody was faster: the document is deleted, or an author may not edit it any more.
        if (attempted.outcome === "outrun") throw new AppError("NOT_FOUND");
        return attempted.result;
      }),
    );

  /** Plans on what is in memory, which with one process is the newest; then on what the database holds. */
  const write = async <Result>(
    id: string,
    entry: CacheEntry,
    plan: Plan<Result>,
  ): Promise<WriteResult<Result>> => {
    let isCurrent = entry.live === null;
    let live = entry.live ?? (await open(id, entry));
    for (let tries = 0; tries < maxOptimisticAttempts; tries += 1) {
      const attempted = await attempt(sql, live, plan);
      if (attempted.outcome === "appended") {
        // What was counted as edits came may be far more than it takes to load what they made.
        if (live.steps > maxUncertainSteps + 2 * live.stepsAtLoad) entry.live = null;
        return attempted.result;
      }
      if (attempted.outcome === "outrun" || !isCurrent) {
        const { version } = live;
        live = await open(id, entry);
        isCurrent = true;
        if (live.version !== version) continue;
      }
      if (attempted.outcome === "refused") throw attempted.error;
      if (attempted.outcome === "unchanged") return attempted.result;
      // Nobody was faster: the document is deleted, or an author may not edit it any more. What is to be saved as a version
      // may also have found that number taken, which does not show in the document's own.
      if (!attempted.saves) throw new AppError("NOT_FOUND");
    }
    return attemptWithLock(id, entry, plan);
  };

  return {
    read: (id, look) => queued(id, async (entry) => look(await open(id, entry))),
    encoded: (id) =>
      queued(id, async (entry) => {
        if (entry.live === null) entry.encoded = await readEncodedState(sql, id, entry.encoded);
        if (entry.encoded !== null) return entry.encoded;
        const live = await open(id, entry);
        return { version: live.version, state: encodeState(live) };
      }),
    write: (id, plan) => queued(id, (entry) => write(id, entry, plan)),
    inTurn: createTurnsByName({
      concurrency: 1,
      maxWaiting: 100,
      maxWaitingPerOwner: 25,
      maxWaitMs: 15_000,
      retryAfterSeconds: 5,
    }),
  };
}
