import { randomUUID } from "node:crypto";

import { fileUploads } from "@mdreader/db";
import { and, eq, isNull, lt, or, sql } from "drizzle-orm";

import type { Services } from "../../context.ts";
import { AppError } from "../../errors.ts";

/** How long a lease lasts that nobody renews: an import whose process was killed can be run again after that. */
const leaseSeconds = 60;
const defaultRenewalMs = 20_000;

type Needs = Pick<Services, "clock" | "database" | "log">;

/** An archive that one import has for itself. Disposing of it gives it back. */
export interface UploadLease extends AsyncDisposable {
  /** @throws AppError IMPORT_RUNNING when another import may have it, since this one did not renew it in time. */
  assertHeld(): void;
  /** Notes that the archive has been imported. @throws AppError IMPORT_RUNNING as above; nothing is noted then. */
  complete(): Promise<void>;
}

/**
 * Takes an archive for one import, on all servers: a second one would read what the first removes.
 * @throws AppError IMPORT_RUNNING; NOT_FOUND when it has been imported meanwhile.
 */
export async function leaseUpload(
  services: Needs,
  uploadId: string,
  { renewalMs = defaultRenewalMs } = {},
): Promise<UploadLease> {
  const { db } = services.database;
  const leaseToken = randomUUID();
  const isWaiting = and(eq(fileUploads.id, uploadId), isNull(fileUploads.completedAt));
  const isFree = or(isNull(fileUploads.leasedUntil), lt(fileUploads.leasedUntil, sql`now()`));
  const isOurs = and(isWaiting, eq(fileUploads.leaseToken, leaseToken));
  const leasedUntil = sql`now() + make_interval(secs => ${leaseSeconds})`;
  let expiresAt = performance.now() + leaseSeconds * 1000;
  const leased = await db
    .update(fileUploads)
    .set({ leasedUntil, leaseToken })
    .where(and(isWaiting, isFree))
    .returning({ id: fileUploads.id });
  if (leased.length === 0) {
    throw new AppError((await db.$count(fileUploads, isWaiting)) > 0 ? "IMPORT_RUNNING" : "NOT_FOUND");
  }

  /** @returns Whether it was still ours. */
  async function update(fields: {
    leasedUntil: typeof leasedUntil | null;
    completedAt?: string;
  }): Promise<boolean> {
    const updated = await db.update(fileUploads).set(fields).where(isOurs).returning({ id: fileUploads.id });
    return updated.length > 0;
  }
  const warn = (error: unknown) =>
    services.log.warn({ err: error }, "an import's lease could not be changed");

  async function renew(): Promise<void> {
    const askedAt = performance.now();
    expiresAt = (await update({ leasedUntil })) ? askedAt + leaseSeconds * 1000 : 0;
  }
  const timer = setInterval(() => void renew().catch(warn), renewalMs);
  timer.unref();
  return {
    assertHeld() {
      if (performance.now() >= expiresAt) throw new AppError("IMPORT_RUNNING");
    },
    async complete() {
      const completedAt = services.clock.now().toISOString();
      if (!(await update({ leasedUntil: null, completedAt }))) throw new AppError("IMPORT_RUNNING");
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await update({ leasedUntil: null }).catch(warn);
    },
  };
}
