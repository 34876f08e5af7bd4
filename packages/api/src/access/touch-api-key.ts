import { apiKeys } from "@mdreader/db";
import { and, eq, isNull, lt, or } from "drizzle-orm";
import QuickLRU from "quick-lru";

import type { Ports } from "../ports.ts";

/** Precision of `lastUsedAt`, in milliseconds. */
const lastUsedPrecisionMs = 60_000;

/**
 * When this process last recorded each key, by its hash. The cache only saves statements: the statement itself compares
 * with the database's time, so that several processes write no more often than one.
 */
const touchedAt = new QuickLRU<string, number>({ maxSize: 5_000 });

/**
 * Records the use of a key, at most once a minute. The caller does not wait for it and does not fail with it, because
 * the time only informs the key's owner.
 */
export function touchApiKey(
  { database, clock, log }: Pick<Ports, "database" | "clock" | "log">,
  { secretHash }: { secretHash: Uint8Array },
): void {
  const key = Buffer.from(secretHash).toString("base64");
  const now = clock.now().getTime();
  if (now - (touchedAt.get(key) ?? 0) < lastUsedPrecisionMs) return;
  touchedAt.set(key, now);
  database.db
    .update(apiKeys)
    .set({ lastUsedAt: new Date(now).toISOString() })
    .where(
      and(
        eq(apiKeys.secretHash, secretHash),
        or(
          isNull(apiKeys.lastUsedAt),
          lt(apiKeys.lastUsedAt, new Date(now - lastUsedPrecisionMs).toISOString()),
        ),
      ),
    )
    .then(undefined, (error: unknown) =>
      log.warn({ err: error }, "the use of an API key couldn't be recorded"),
    );
}
