import type { Database, SqlRunner } from "@mdreader/db";
import pLimit from "p-limit";

import { AppError } from "../../errors.ts";
import { type Encoded, readEncoded } from "./encoded.ts";
import {
  applyCommitted,
  catchUp,
  type LiveDocument,
  loadDocument,
  stateOf,
  weightOf,
} from "./live-document.ts";
import { type Append, appendUpdates } from "./log.ts";
import { createShelf } from "./shelf.ts";

/** How many documents are held in memory, and about how many bytes of it. */
const kept = { count: 1000, weight: 256 * 1024 * 1024 };

/**
 * How often a write is tried that finds that another process was faster. Then it has the others wait: one that takes long to
 * plan, because the text is long, would else never get in between the keystrokes that another process takes.
 */
const freeAttempts = 4;

/** What a piece of work wants written: updates that fit the document as it is. */
export type Written = Pick<Append, "updates" | "claims" | "callers" | "saved" | "answer">;

/**
 * The documents that this process has in memory. Work on one document is done one piece after the other; another
 * process' work is found out by the version, and the piece is done again on what it left.
 */
export interface Workshop {
  /** The document with all that is committed so far. */
  read<T>(id: string, look: (live: LiveDocument) => T): Promise<T>;
  /** All of the document as one update, with all that is committed so far. */
  encoded(id: string): Promise<Encoded>;
  /**
   * Writes what `plan` makes of the document; null writes nothing. It may be called again, on a newer state.
   */
  write(id: string, plan: Plan): Promise<Outcome>;
}

/** The version that the document had before, and has after. */
export interface Outcome {
  from: number;
  to: number;
  workspaceId: string;
}

export function createWorkshop({ sql }: Pick<Database, "sql">): Workshop {
  const benches = createShelf<Bench>(kept);

  /** The document, up to date with the database. */
  const open = async (id: string, bench: Bench, on: SqlRunner = sql): Promise<LiveDocument> => {
    if (bench.live !== null && !(await catchUp(on, bench.live))) bench.live = null;
    bench.live ??= await loadDocument(on, id);
    return bench.live;
  };

  /** One after the other; a piece that fails leaves nothing half-done in memory behind. */
  const queued = <T>(id: string, work: (bench: Bench) => Promise<T>): Promise<T> => {
    const bench = benches.take(id, () => ({ live: null, encoded: null, queue: Promise.resolve() }));
    const done = bench.queue.then(async () => {
      try {
        return await work(bench);
      } catch (error) {
        // What was refused was not begun: the document is as it was.
        if (!(error instanceof AppError)) bench.live = null;
        throw error;
      } finally {
        if (bench.live !== null) bench.encoded = null;
        const weight = bench.live === null ? bench.encoded?.state.byteLength : weightOf(bench.live);
        benches.weigh(id, weight ?? 0);
      }
    });
    bench.queue = done.catch(() => {});
    return done;
  };

  /** Tries once. Without an outcome, the document is not, or not any more, as it was planned for. */
  const attempt = async (on: SqlRunner, live: LiveDocument, plan: Plan): Promise<Tried> => {
    const { id: documentId, workspaceId, version: from } = live;
    const written = await plan(live);
    if (written === null || written.updates.length === 0) {
      return { outcome: { from, to: from, workspaceId } };
    }
    if (!(await appendUpdates(on, { documentId, workspaceId, expected: from, ...written }))) {
      return { outcome: null, saves: written.saved !== undefined };
    }
    applyCommitted(
      live,
      written.updates.map(({ update }) => update),
      written.claims,
    );
    return { outcome: { from, to: live.version, workspaceId } };
  };

  /**
   * Tries while the document's row is held, so that nobody can be faster. One document at a time: each takes a connection,
   * and what is planned may need another one.
   */
  const holding = pLimit(1);
  const attemptHolding = (id: string, bench: Bench, plan: Plan): Promise<Outcome> =>
    holding(() =>
      sql.begin(async (tx) => {
        await tx`select 1 from documents where id = ${id} for no key update`;
        const { outcome } = await attempt(tx, await open(id, bench, tx), plan);
        // Nobody was faster: the document is deleted, or an author may not edit it any more.
        if (outcome === null) throw new AppError("NOT_FOUND");
        return outcome;
      }),
    );

  return {
    read: (id, look) => queued(id, async (bench) => look(await open(id, bench))),
    encoded: (id) =>
      queued(id, async (bench) => {
        if (bench.live === null) bench.encoded = await readEncoded(sql, id, bench.encoded);
        if (bench.encoded !== null) return bench.encoded;
        const live = await open(id, bench);
        return { version: live.version, state: stateOf(live) };
      }),
    write: (id, plan) =>
      queued(id, async (bench) => {
        // What is in memory is tried first: with one process it is the newest, and nothing need be asked.
        let live = bench.live ?? (await open(id, bench));
        for (let tries = 0; tries < freeAttempts; tries += 1) {
          const tried = await attempt(sql, live, plan);
          if (tried.outcome !== null) return tried.outcome;
          const { version } = live;
          live = await open(id, bench);
          // Nobody was faster: the document is deleted, or an author may not edit it any more. What is to be saved as a
          // version may also have found that number taken, which does not show in the document's own.
          if (live.version === version && !tried.saves) throw new AppError("NOT_FOUND");
        }
        return attemptHolding(id, bench, plan);
      }),
  };
}

type Tried = { outcome: Outcome } | { outcome: null; saves: boolean };

type Plan = (live: LiveDocument) => Written | null | Promise<Written | null>;

interface Bench {
  live: LiveDocument | null;
  /** What those were given who opened it, while it was only opened. */
  encoded: Encoded | null;
  queue: Promise<unknown>;
}
