import { advisoryLocks, type Executor, type Tx, users } from "@mdreader/db";
import { and, asc, eq, isNull, ne, sql } from "drizzle-orm";

import type { Caller } from "../../access/identity.ts";
import { AppError } from "../../errors.ts";
import type { Ports } from "../../ports.ts";
import { isPersonal } from "../account/service-accounts.ts";
import { type AuditSource, recordAudit } from "./audit/record.ts";

/** Serializes changes that could leave the instance without a superuser. It comes before all other locks. */
export async function lockSuperusers(tx: Tx): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(${advisoryLocks.superusers})`);
}

/** Written so that Postgres finds the partial index. */
const isSuperuser = sql`${users.isSuperuser}`;

export async function hasSuperuser(db: Executor): Promise<boolean> {
  const found = await db.select({ id: users.id }).from(users).where(isSuperuser).limit(1);
  return found.length > 0;
}

/**
 * Ensures that an active superuser remains without this one. Must be called under the lock.
 * @throws AppError LAST_SUPERUSER
 */
export async function assertNotLastSuperuser(tx: Tx, userId: string): Promise<void> {
  const active = and(isSuperuser, isNull(users.deactivatedAt));
  const [superuser] = await tx
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.id, userId), active));
  if (superuser === undefined) return;
  const others = await tx
    .select({ id: users.id })
    .from(users)
    .where(and(active, ne(users.id, userId)))
    .limit(1);
  if (others.length === 0) throw new AppError("LAST_SUPERUSER");
}

interface SuperuserChange {
  /** The acting user; null for an act at the server's shell. */
  actor: Caller | null;
  userId: string;
  /** Whether the user is a superuser from now on. */
  isGranted: boolean;
}

/**
 * Makes a user a superuser, or an ordinary user again. Must be called under the lock.
 * @throws AppError NOT_FOUND; LAST_SUPERUSER.
 */
export async function setSuperuser(
  tx: Tx,
  source: AuditSource,
  { actor, userId, isGranted }: SuperuserChange,
): Promise<void> {
  if (!isGranted) await assertNotLastSuperuser(tx, userId);
  const [changed] = await tx
    .update(users)
    .set({ isSuperuser: isGranted, updatedAt: sql`now()` })
    .where(and(eq(users.id, userId), isPersonal))
    .returning({ email: users.email });
  if (changed === undefined) throw new AppError("NOT_FOUND");
  await recordAudit(tx, source, {
    action: isGranted ? "superuser.granted" : "superuser.revoked",
    actor,
    target: { id: userId, name: changed.email },
  });
}

/** Lists all superusers, suspended or not. */
export function listSuperusers({ database: { db } }: Pick<Ports, "database">) {
  return db
    .select({
      id: users.id,
      email: users.email,
      username: users.username,
      deactivatedAt: users.deactivatedAt,
      lastLoginAt: users.lastLoginAt,
    })
    .from(users)
    .where(isSuperuser)
    .orderBy(asc(users.id))
    .limit(1000);
}
