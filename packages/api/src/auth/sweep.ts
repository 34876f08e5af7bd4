import { authSessions, emailTokens } from "@mdreader/db";
import { inArray, lt } from "drizzle-orm";

import type { Services } from "../context.ts";

/** How many rows one statement deletes, so that none holds its locks for long. */
const batchSize = 1_000;

type SweepPorts = Pick<Services, "database" | "clock">;

/**
 * Deletes sessions that have expired, those that were ended before included. To be run as a job, daily or so.
 * @returns How many there were.
 */
export function sweepSessions({ database: { db }, clock }: SweepPorts): Promise<number> {
  const expired = lt(authSessions.expiresAt, clock.now().toISOString());
  return deleteInBatches(() =>
    db
      .delete(authSessions)
      .where(
        inArray(
          authSessions.id,
          db.select({ id: authSessions.id }).from(authSessions).where(expired).limit(batchSize),
        ),
      )
      .returning({ id: authSessions.id }),
  );
}

/**
 * Deletes the tokens of mailed links that have expired, used or not. To be run as a job, daily or so.
 * @returns How many there were.
 */
export function sweepEmailTokens({ database: { db }, clock }: SweepPorts): Promise<number> {
  const expired = lt(emailTokens.expiresAt, clock.now().toISOString());
  return deleteInBatches(() =>
    db
      .delete(emailTokens)
      .where(
        inArray(
          emailTokens.id,
          db.select({ id: emailTokens.id }).from(emailTokens).where(expired).limit(batchSize),
        ),
      )
      .returning({ id: emailTokens.id }),
  );
}

async function deleteInBatches(deleteSome: () => Promise<unknown[]>): Promise<number> {
  let swept = 0;
  for (;;) {
    const { length } = await deleteSome();
    swept += length;
    if (length < batchSize) return swept;
  }
}
