import { setTimeout as delay } from "node:timers/promises";

import type { Sql } from "@mdreader/db";

import type { TestApp } from "./app.ts";
import { catchReason } from "./failure.ts";

/**
 * Lets a change overtake a call: the call passes its check, then waits for a lock that the change holds, and goes on
 * after the change's commit. The database must be the test's own, because the call is recognized by its waiting.
 * @param steps `lock` and `change` run in one transaction, and the call starts between them.
 * @returns The reason for which the call failed, or null.
 */
export async function overtakeCall(
  { services: { database } }: TestApp,
  {
    lock,
    call,
    change,
  }: {
    lock: (tx: Sql) => Promise<unknown>;
    call: () => Promise<unknown>;
    change: (tx: Sql) => Promise<unknown>;
  },
): Promise<string | null> {
  let outcome: Promise<string | null> = Promise.resolve(null);
  const settled = new AbortController();
  const isWaiting = async () => {
    const waiting = await database.sql`
      select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
    return waiting.length > 0;
  };
  await database.sql.begin(async (tx) => {
    await lock(tx);
    outcome = catchReason(call()).finally(() => settled.abort());
    while (!settled.signal.aborted && !(await isWaiting())) await delay(10);
    await change(tx);
  });
  return outcome;
}
