import {
  auditEntries,
  authSessions,
  deviceAuthorizations,
  emailChanges,
  emailTokens,
  passkeyChallenges,
  users,
} from "@mdreader/db";
import { and, asc, eq, inArray, isNotNull, lt, type SQL } from "drizzle-orm";

import type { Ports } from "../ports.ts";
import { batchSize, deleteInBatches } from "../util/delete-in-batches.ts";
import { extendStatementTimeout } from "../workspace/statement-timeout.ts";
import { purgeAccount } from "./account/purge-account.ts";
import { readInstanceSettings } from "./admin/settings/instance-settings.ts";

type SweepPorts = Pick<Ports, "database" | "clock">;

/** The tables whose rows expire, and are deleted then. */
type ExpiringTable =
  | typeof authSessions
  | typeof deviceAuthorizations
  | typeof emailChanges
  | typeof emailTokens
  | typeof passkeyChallenges;

/** Creates a sweep, which deletes the expired rows of a table and returns their number. Runs as a job, for example daily. */
const createExpirySweep =
  (table: ExpiringTable) =>
  ({ database: { db }, clock }: SweepPorts): Promise<number> => {
    const { id, expiresAt } = table;
    const isExpired = lt(expiresAt, clock.now().toISOString());
    return deleteInBatches(() =>
      db
        .delete(table)
        .where(inArray(id, db.select({ id }).from(table).where(isExpired).limit(batchSize)))
        .returning({ id }),
    );
  };

/** Deletes expired sessions, including those that ended earlier. */
export const sweepSessions = createExpirySweep(authSessions);

/** Deletes expired tokens of emailed links, used or not. */
export const sweepEmailTokens = createExpirySweep(emailTokens);

/** Deletes expired sign-ins of devices. */
export const sweepDeviceAuthorizations = createExpirySweep(deviceAuthorizations);

/** Deletes expired challenges of passkeys. */
export const sweepPasskeyChallenges = createExpirySweep(passkeyChallenges);

/** Deletes expired changes of addresses. */
export const sweepEmailChanges = createExpirySweep(emailChanges);

/**
 * Deletes entries of the audit log after their retention, and erases the IP addresses in others after theirs. Runs
 * as a job, for example daily. Nothing else changes entries.
 * @returns The number of deleted entries.
 */
export async function sweepAuditEntries(
  services: SweepPorts & Pick<Ports, "auditDatabase" | "settings">,
): Promise<number> {
  const { auditRetentionDays, addressRetentionDays } = await readInstanceSettings(
    services.database.db,
    services,
  );
  const { db } = services.auditDatabase;
  const olderThan = (days: number) =>
    lt(auditEntries.at, new Date(services.clock.now().getTime() - days * 86_400_000).toISOString());
  const { id } = auditEntries;
  const select = (condition: SQL | undefined) =>
    db.select({ id }).from(auditEntries).where(condition).limit(batchSize);
  await deleteInBatches(() =>
    db
      .update(auditEntries)
      .set({ ipAddress: null })
      .where(inArray(id, select(and(olderThan(addressRetentionDays), isNotNull(auditEntries.ipAddress)))))
      .returning({ id }),
  );
  return deleteInBatches(() =>
    db
      .delete(auditEntries)
      .where(inArray(id, select(olderThan(auditRetentionDays))))
      .returning({ id }),
  );
}

/**
 * Purges accounts that were deleted, once their retention is over, each in its own transaction. Runs as a job, for example
 * daily.
 * @returns The number of purged accounts.
 */
export async function sweepDeletedAccounts({ database: { db }, clock }: SweepPorts): Promise<number> {
  const { id, email, username, purgeAt } = users;
  const isDue = lt(purgeAt, clock.now().toISOString());
  for (let swept = 0; ; swept += 1) {
    const [due] = await db.select({ id }).from(users).where(isDue).orderBy(asc(purgeAt)).limit(1);
    if (due === undefined) return swept;
    await db.transaction(async (tx) => {
      // Only superusers restore or purge an account, under the lock of its row.
      const [account] = await tx
        .select({ id, email, username })
        .from(users)
        .where(and(eq(id, due.id), isDue))
        .for("no key update");
      if (account === undefined) return;
      await extendStatementTimeout(tx);
      await purgeAccount(tx, {}, { action: "account.purged", actor: null }, account);
    });
  }
}
