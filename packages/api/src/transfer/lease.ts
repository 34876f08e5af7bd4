import { fileUploads } from "@mdreader/db";
import { and, eq, isNull, lt, or, sql } from "drizzle-orm";

import type { Services } from "../context.ts";
import { AppError } from "../errors.ts";

/** How long a lease lasts that nobody renews: an import whose process was killed can be run again after that. */
const leaseSeconds = 60;
const renewalMs = 20_000;

type Needs = Pick<Services, "database" | "log">;

/**
 * Takes an archive for one import, on all servers: a second one would read what the first removes.
 * @returns What gives it back.
 * @throws AppError IMPORT_RUNNING; NOT_FOUND when it has been imported meanwhile.
 */
export async function leaseUpload(services: Needs, uploadId: string): Promise<AsyncDisposable> {
  const { db } = services.database;
  const isWaiting = and(eq(fileUploads.id, uploadId), isNull(fileUploads.completedAt));
  const isFree = or(isNull(fileUploads.leasedUntil), lt(fileUploads.leasedUntil, sql`now()`));
  const leasedUntil = sql`now() + make_interval(secs => ${leaseSeconds})`;
  const leased = await db
    .update(fileUploads)
    .set({ leasedUntil })
    .where(and(isWaiting, isFree))
    .returning({ id: fileUploads.id });
  if (leased.length === 0) {
    throw new AppError((await db.$count(fileUploads, isWaiting)) > 0 ? "IMPORT_RUNNING" : "NOT_FOUND");
  }
  const set = (until: typeof leasedUntil | null) =>
    db
      .update(fileUploads)
      .set({ leasedUntil: until })
      .where(isWaiting)
      .catch((error: unknown) => services.log.warn({ err: error }, "an import's lease could not be changed"));
  const timer = setInterval(() => void set(leasedUntil), renewalMs);
  timer.unref();
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await set(null);
    },
  };
}
