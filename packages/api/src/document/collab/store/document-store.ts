import type { Database, Sql } from "@mdreader/db";
import pLimit from "p-limit";

import { AppError } from "../../../errors.ts";
import { createNamedQueues } from "../../../util/fair-queue.ts";
import { createWeightedLruCache } from "../../../util/weighted-lru.ts";
import { appendAlone, createBatchedAppend } from "./append-batch.ts";
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
import type { Append, AppendedRow } from "./log.ts";
import { createStoredDocumentReader } from "./stored-document.ts";

/** Maximum number of documents in memory, and their maximum estimated size in bytes. */
const cacheLimits = { count: 1000, weight: 256 * 1024 * 1024 };

/** Optimistic attempts before a write takes the document's lock. A process that was overtaken twice would be overtaken again. */
const maxOptimisticAttempts = 2;

/** Maximum number of concurrent writes that lock a document. Each one occupies a connection while it waits. */
const maxLockedWrites = 4;

/** Conflict-resolution steps beyond those of its load after which a document is evicted. */
const maxUncertainSteps = 2_000_000;

/** Updates to append, validated against the current document. */
export type DocumentWrite = Pick<Append, "updates" | "newOwners" | "callers" | "saved" | "response">;

/** A decision on a document: what to append, and the result. */
export interface Planned<Result> {
  /** Null appends nothing. */
  write: DocumentWrite | null;
  result: Result;
}

/**
 * Decides on the current document. Statements use `sql`: while the document is locked, that is the connection that
 * holds the lock.
 */
export type Plan<Result> = (live: LiveDocument, sql: Sql) => Planned<Result> | Promise<Planned<Result>>;

export interface WriteOptions {
  /**
   * Whether the plan saves a version. If the document has to be loaded, its history is loaded with it, and it stays in
   * memory from its second use on: programs save most documents once, and long-lived objects are costly to collect.
   */
  withHistory?: boolean;
}

/** The document's versions before and after a write, and the result of its plan. */
export interface WriteResult<Result> {
  from: number;
  to: number;
  workspaceId: string;
  /** The document's row after a save; null if no text was saved. */
  row: AppendedRow | null;
  /** Whether the row now has the text of `to`. */
  hasText: boolean;
  result: Result;
}

/**
 * Documents in the memory of this process, and the only way to write to their text. Work on a document is queued.
 * Other processes write too, so memory may lag behind the database, and no result is based on memory alone.
 */
export interface DocumentStore {
  /** Reads a document, including every committed update. */
  read<T>(id: string, look: (live: LiveDocument) => T): Promise<T>;
  /** Returns the document as one update, including every committed update. */
  encoded(id: string): Promise<EncodedState>;
  /**
   * Appends what a plan decides. A decision is final only if it is based on the newest state: a successful append
   * proves that. If nothing is appended, or the plan fails, the document is updated from the database first. A plan
   * may run several times, each time on a newer state; the last result counts.
   *
   * @throws AppError NOT_FOUND when the document is deleted, or an author may no longer edit it; DOCUMENT_DAMAGED;
   *   and any error of the plan.
   */
  write<Result>(id: string, plan: Plan<Result>, options?: WriteOptions): Promise<WriteResult<Result>>;
  /**
   * Runs one job per document at a time without blocking the document's queue. It serializes long saves, which
   * would otherwise keep invalidating each other. Waiting users take turns.
   *
   * @throws AppError RATE_LIMITED or UNAVAILABLE when too many jobs wait, or one waits too long.
   */
  inTurn<Result>(id: string, userId: string, job: () => Promise<Result>): Promise<Result>;
  /**
   * Loads every document again before its next use. Must be called when the database may have been replaced: the same
   * numbers may then refer to other entries than those in memory.
   */
  reloadAll(): void;
}

interface CacheEntry {
  live: LiveDocument | null;
  /** The encoded state that readers received since the last edit. */
  encoded: EncodedState | null;
  /** The number of replacements of the database that were known when the document was loaded. */
  epoch: number;
  /** Whether the last write locked the document, and another process had written before it. */
  isContended: boolean;
  /** Whether the document has been used before. */
  isReused: boolean;
  queue: Promise<unknown>;
}

type AttemptResult<Result> =
  | { outcome: "appended"; result: WriteResult<Result> }
  | { outcome: "unchanged"; result: WriteResult<Result> }
  | { outcome: "refused"; error: AppError }
  /** The document is not in the expected state, or no longer is. */
  | { outcome: "outrun"; saves: boolean };

/** Creates a document store. @param damage Tracks the documents that cannot be built. */
export function createDocumentStore(
  { sql }: Pick<Database, "sql">,
  damage: DamageReports = createDamageReports(),
): DocumentStore {
  const cache = createWeightedLruCache<CacheEntry>(cacheLimits);
  const appendBatched = createBatchedAppend(sql);
  const readStored = createStoredDocumentReader(sql);
  let epoch = 0;

  /** Appends in a statement that other documents may share, unless a transaction is open. */
  const append = (on: Sql, updates: Append) =>
    on === sql ? appendBatched(updates) : appendAlone(on, updates);

  /** Returns the document, up to date with the database. */
  const open = async (
    id: string,
    entry: CacheEntry,
    { on = sql, withHistory }: WriteOptions & { on?: Sql } = {},
  ): Promise<LiveDocument> => {
    if (entry.live !== null && !(await applyNewEntries(on, entry.live))) entry.live = null;
    entry.live ??= await damage.watch(on, id, () => loadDocument(on, id, { withHistory, readStored }));
    return entry.live;
  };

  /** Runs one job at a time per document. A failed job leaves no partial state in memory. */
  const queued = <T>(id: string, work: (entry: CacheEntry) => Promise<T>): Promise<T> => {
    const entry = cache.getOrCreate(id, () => ({
      live: null,
      encoded: null,
      epoch,
      isContended: false,
      isReused: false,
      queue: Promise.resolve(),
    }));
    const done = entry.queue.then(async () => {
      if (entry.epoch !== epoch) Object.assign(entry, { live: null, encoded: null, epoch });
      try {
        return await work(entry);
      } catch (error) {
        // A rejected write has not started, so the document is unchanged.
        if (!(error instanceof AppError) || error instanceof DamagedDocumentError) entry.live = null;
        throw error;
      } finally {
        entry.isReused = true;
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
    on: Sql,
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
      return {
        outcome: "unchanged",
        result: { from, to: from, workspaceId, row: null, hasText: false, result },
      };
    }
    const { isWritten, row } = await append(on, { documentId, workspaceId, expected: from, ...write });
    if (!isWritten) {
      live.history = null;
      return { outcome: "outrun", saves: write.saved !== undefined };
    }
    applyCommitted(live, write);
    const hasText = (write.saved?.row ?? null) !== null;
    return { outcome: "appended", result: { from, to: live.version, workspaceId, row, hasText, result } };
  };

  /** The steps counted for incoming edits may exceed by far the steps that a load of the result takes. */
  const evictIfUncertain = (entry: CacheEntry, live: LiveDocument) => {
    if (live.steps > maxUncertainSteps + 2 * live.stepsAtLoad) entry.live = null;
  };

  /**
   * Plans and appends while holding the lock on the document's row, so that no other process can write first. Processes that
   * wait for the lock get it in the order of their arrival.
   */
  const locked = pLimit(maxLockedWrites);
  const attemptWithLock = <Result>(
    id: string,
    entry: CacheEntry,
    plan: Plan<Result>,
  ): Promise<WriteResult<Result>> =>
    locked(() =>
      sql.begin(
        async (tx) => {
          const known = entry.live?.version;
          // Sent together. The second one sees everything that was committed before the lock was granted.
          const lock = tx`select 1 from documents where id = ${id} for no key update`.then(() => null);
          const [live] = await Promise.all([open(id, entry, { on: tx }), lock]);
          entry.isContended = known !== undefined && live.version !== known;
          // Another process may have saved a version without an edit.
          live.history = null;
          const attempted = await attempt(tx, live, plan);
          if (attempted.outcome === "refused") throw attempted.error;
          // No other process wrote: the document is deleted, or an author may no longer edit it.
          if (attempted.outcome === "outrun") throw new AppError("NOT_FOUND");
          if (attempted.outcome === "appended") evictIfUncertain(entry, live);
          return attempted.result;
        },
        { isPipelined: true },
      ),
    );

  /**
   * Plans on the state in memory, which is the newest with one process, then on the state in the database. While several
   * processes write to the document, they lock it instead of repeating each other's work.
   */
  const write = async <Result>(
    id: string,
    entry: CacheEntry,
    plan: Plan<Result>,
    options?: WriteOptions,
  ): Promise<WriteResult<Result>> => {
    if (entry.isContended) return attemptWithLock(id, entry, plan);
    let isCurrent = entry.live === null;
    let live = entry.live ?? (await open(id, entry, options));
    for (let tries = 1; tries <= maxOptimisticAttempts; tries += 1) {
      const attempted = await attempt(sql, live, plan);
      if (attempted.outcome === "appended") {
        if (options?.withHistory === true && !entry.isReused) entry.live = null;
        else evictIfUncertain(entry, live);
        return attempted.result;
      }
      if (attempted.outcome === "outrun" && tries === maxOptimisticAttempts) break;
      if (attempted.outcome === "outrun" || !isCurrent) {
        const { version } = live;
        live = await open(id, entry);
        isCurrent = true;
        if (live.version !== version) continue;
      }
      if (attempted.outcome === "refused") throw attempted.error;
      if (attempted.outcome === "unchanged") return attempted.result;
      // No other process wrote: the document is deleted, or an author may no longer edit it. A version to be saved
      // may also have a number that is taken, which the document's own version does not show.
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
    write: (id, plan, options) => queued(id, (entry) => write(id, entry, plan, options)),
    inTurn: createNamedQueues({
      concurrency: 1,
      maxWaiting: 100,
      maxWaitingPerOwner: 25,
      maxWaitMs: 15_000,
      retryAfterSeconds: 5,
    }),
    reloadAll() {
      epoch += 1;
    },
  };
}
