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

/**
 * Deletes expired sign-ins of devices. Runs as a job, for example daily.
 * @returns The number of deleted sign-ins.
 */
export function sweepDeviceAuthorizations({ database: { db }, clock }: SweepPorts): Promise<number> {
  const { id, expiresAt } = deviceAuthorizations;
  const expired = lt(expiresAt, clock.now().toISOString());
  return deleteInBatches(() =>
    db
      .delete(deviceAuthorizations)
      .where(inArray(id, db.select({ id }).from(deviceAuthorizations).where(expired).limit(batchSize)))
      .returning({ id }),
  );
}

/**
 * Deletes expired challenges of passkeys. Runs as a job, for example daily.
 * @returns The number of deleted challenges.
 */
export function sweepPasskeyChallenges({ database: { db }, clock }: SweepPorts): Promise<number> {
  const { id, expiresAt } = passkeyChallenges;
  const expired = lt(expiresAt, clock.now().toISOString());
  return deleteInBatches(() =>
    db
      .delete(passkeyChallenges)
      .where(inArray(id, db.select({ id }).from(passkeyChallenges).where(expired).limit(batchSize)))
      .returning({ id }),
  );
}

/**
 * Deletes expired changes of addresses. Runs as a job, for example daily.
 * @returns The number of deleted changes.
 */
export function sweepEmailChanges({ database: { db }, clock }: SweepPorts): Promise<number> {
  const { id, expiresAt } = emailChanges;
  const expired = lt(expiresAt, clock.now().toISOString());
  return deleteInBatches(() =>
    db
      .delete(emailChanges)
      .where(inArray(id, db.select({ id }).from(emailChanges).where(expired).limit(batchSize)))
      .returning({ id }),
  );
}

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
