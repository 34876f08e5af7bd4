import { randomUUID } from "node:crypto";

import { fileUploads } from "@mdreader/db";
import { and, eq, isNull, lt, or, sql } from "drizzle-orm";

import { AppError } from "../../errors.ts";
import type { Ports } from "../../ports.ts";

/** Lease duration without renewal, after which the import of a crashed process can be restarted. */
const leaseSeconds = 60;
const defaultRenewalMs = 20_000;

type LeasePorts = Pick<Ports, "clock" | "database" | "log">;

/** Exclusive access of one import to an archive. Disposing releases it. */
export interface UploadLease extends AsyncDisposable {
  /** @throws AppError IMPORT_RUNNING when the lease expired, because another import may have acquired it. */
  assertHeld(): void;
  /** Marks the archive as imported. @throws AppError IMPORT_RUNNING as above, without changes. */
  complete(): Promise<void>;
}

/**
 * Acquires an archive for one import across all servers, because concurrent imports would remove files that the
 * others read.
 * @throws AppError IMPORT_RUNNING; NOT_FOUND when it was imported in the meantime.
 */
export async function leaseUpload(
  services: LeasePorts,
  uploadId: string,
  { renewalMs = defaultRenewalMs } = {},
): Promise<UploadLease> {
  const { db } = services.database;
  const leaseToken = randomUUID();
  const isIncomplete = and(eq(fileUploads.id, uploadId), isNull(fileUploads.completedAt));
  const isFree = or(isNull(fileUploads.leasedUntil), lt(fileUploads.leasedUntil, sql`now()`));
  const isLeaseOwner = and(isIncomplete, eq(fileUploads.leaseToken, leaseToken));
  const leasedUntil = sql`now() + make_interval(secs => ${leaseSeconds})`;
  let expiresAt = performance.now() + leaseSeconds * 1000;
  const leased = await db
    .update(fileUploads)
    .set({ leasedUntil, leaseToken })
    .where(and(isIncomplete, isFree))
    .returning({ id: fileUploads.id });
  if (leased.length === 0) {
    throw new AppError((await db.$count(fileUploads, isIncomplete)) > 0 ? "IMPORT_RUNNING" : "NOT_FOUND");
  }

  /** @returns Whether the lease was still held. */
  async function update(fields: {
    leasedUntil: typeof leasedUntil | null;
    completedAt?: string;
  }): Promise<boolean> {
    const updated = await db
      .update(fileUploads)
      .set(fields)
      .where(isLeaseOwner)
      .returning({ id: fileUploads.id });
    return updated.length > 0;
  }
  const warn = (error: unknown) => services.log.warn({ err: error }, "an import's lease couldn't be updated");

  async function renew(): Promise<void> {
    const requestedAt = performance.now();
    expiresAt = (await update({ leasedUntil })) ? requestedAt + leaseSeconds * 1000 : 0;
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
