import { apiKeys } from "@mdreader/db";
import { and, eq, isNull, lt, or } from "drizzle-orm";
import QuickLRU from "quick-lru";

import type { Services } from "../context.ts";

/** In milliseconds: how exact `lastUsedAt` is. */
const lastUsedPrecisionMs = 60_000;

/**
 * When this process last noted each key, by its hash. It only spares statements: the one that runs looks at the
 * database's own time, so that several processes write no oftener than one.
 */
const touchedAt = new QuickLRU<string, number>({ maxSize: 5_000 });

/**
 * Notes that a key was used, at most once a minute. The caller does not wait for it, and is not failed by it: it is
 * information for the key's owner, and nothing depends on it.
 */
export function touchApiKey(
  { database, clock, log }: Pick<Services, "database" | "clock" | "log">,
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
      log.warn({ err: error }, "the use of an API key could not be noted"),
    );
}
