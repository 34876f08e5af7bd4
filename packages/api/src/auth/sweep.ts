import { authSessions, emailTokens } from "@mdreader/db";
import { inArray, lt } from "drizzle-orm";

import type { Ports } from "../ports.ts";

/** Rows per delete statement, so that no statement holds its locks for long. */
const batchSize = 1_000;

type SweepPorts = Pick<Ports, "database" | "clock">;

/**
 * Deletes expired sessions, including those that ended earlier. Runs as a job, for example daily.
 * @returns The number of deleted sessions.
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
 * Deletes expired tokens of emailed links, used or not. Runs as a job, for example daily.
 * @returns The number of deleted tokens.
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
