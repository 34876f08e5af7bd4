import { executePrepared, type callOutcomes } from "@mdreader/db";
import { sql } from "drizzle-orm";

import { isConnectionFailure } from "../util/database-errors.ts";
import { createKeyedBatches } from "../util/keyed-batches.ts";
import { memoizePerDatabase } from "../util/memoize-per-database.ts";

/** A call that reserves its key. */
export interface NewReservation {
  userId: string;
  key: string;
  path: string;
  inputHash: Uint8Array;
}

/** The outcome of a call. */
export interface CompletedReservation {
  userId: string;
  key: string;
  outcome: (typeof callOutcomes)[number];
  /** The result as JSON; null if it is not stored. */
  result: string | null;
  workspaceId: string | null;
}

/** Maximum number of calls per statement, and of the UTF-16 units of their results. */
const batchLimits = { maxCount: 100, maxWeight: 1_000_000 };

/**
 * Writes the keys of calls. Those that a user sends while others are being written share the next statement, so that a
 * program that makes many calls pays for few. Users never wait for each other.
 */
export const keyReservations = memoizePerDatabase((db) => {
  const list = <Item, T>(items: readonly Item[], read: (item: Item) => T) => sql.param(items.map(read));

  /** Returns whether each call has the key. Of several calls with one key, the first one has. */
  async function reserveAll(calls: readonly NewReservation[]): Promise<boolean[]> {
    // The order prevents deadlocks with other servers. The lists are subqueries, so that Postgres plans once for any length.
    const inserted = await executePrepared<{ key: string }>(
      db,
      sql`
        insert into idempotent_calls (user_id, key, path, input_hash)
        select user_id, key, path, input_hash from unnest(
          (select ${list(calls, ({ userId }) => userId)}::uuid[]), (select ${list(calls, ({ key }) => key)}::text[]),
          (select ${list(calls, ({ path }) => path)}::text[]),
          (select ${list(calls, ({ inputHash }) => Buffer.from(inputHash))}::bytea[])
        ) with ordinality as call (user_id, key, path, input_hash, number)
        order by user_id, key, number
        on conflict do nothing
        returning key`,
    );
    const keys = new Set(inserted.map(({ key }) => key));
    return calls.map(({ key }) => keys.delete(key));
  }

  async function completeAll(calls: readonly CompletedReservation[]): Promise<boolean[]> {
    await executePrepared(
      db,
      sql`
        update idempotent_calls c
        set outcome = call.outcome, result = call.result::jsonb, access_workspace_id = call.workspace_id
        from unnest(
          (select ${list(calls, ({ userId }) => userId)}::uuid[]), (select ${list(calls, ({ key }) => key)}::text[]),
          (select ${list(calls, ({ outcome }) => outcome)}::text[]),
          (select ${list(calls, ({ result }) => result)}::text[]),
          (select ${list(calls, ({ workspaceId }) => workspaceId)}::uuid[])
        ) as call (user_id, key, outcome, result, workspace_id)
        where c.user_id = call.user_id and c.key = call.key`,
    );
    return calls.map(() => true);
  }

  const reservations = createKeyedBatches(settleEach(reserveAll), { ...batchLimits, weigh: () => 1 });
  const completions = createKeyedBatches(settleEach(completeAll), {
    ...batchLimits,
    weigh: ({ result }: CompletedReservation) => result?.length ?? 0,
  });
  return {
    /** Reserves a key. @returns False if another call has it. */
    reserve: async (call: NewReservation) => unwrap(await reservations(call.userId, call)),
    /** Records the outcome of a call. */
    complete: async (call: CompletedReservation) => unwrap(await completions(call.userId, call)),
  };
});

/** Runs the statement of a batch. If it fails, each item runs alone, so that none fails because of another one. */
const settleEach =
  <Item>(work: (items: readonly Item[]) => Promise<boolean[]>) =>
  async (items: readonly Item[]): Promise<PromiseSettledResult<boolean>[]> => {
    try {
      return (await work(items)).map((value) => ({ status: "fulfilled", value }));
    } catch (error) {
      // The statement may have been committed.
      const isFinal = items.length === 1 || isConnectionFailure(error);
      if (isFinal) return items.map(() => ({ status: "rejected", reason: error }));
      return Promise.allSettled(items.map(async (item) => (await work([item]))[0] === true));
    }
  };

function unwrap(settled: PromiseSettledResult<boolean>): boolean {
  if (settled.status === "rejected") throw settled.reason;
  return settled.value;
}
