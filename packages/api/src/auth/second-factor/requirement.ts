import { advisoryLocks, type Executor, passkeys, secondFactors, type Tx } from "@mdreader/db";
import { eq, sql } from "drizzle-orm";

import type { Ports } from "../../ports.ts";
import { readInstanceSettings } from "../admin/settings/instance-settings.ts";

/** When the account's authenticator app was set up; null if it has none. Each one has a time of its own. */
export async function readAuthenticatorAppTime(db: Executor, userId: string): Promise<string | null> {
  const [found] = await db
    .select({ createdAt: secondFactors.createdAt })
    .from(secondFactors)
    .where(eq(secondFactors.userId, userId));
  return found?.createdAt ?? null;
}

/** Whether the account has a passkey, which is a second factor too. */
export async function hasPasskey(db: Executor, userId: string): Promise<boolean> {
  const found = await db
    .select({ id: passkeys.id })
    .from(passkeys)
    .where(eq(passkeys.userId, userId))
    .limit(1);
  return found.length > 0;
}

/** Whether the account has a second factor: an authenticator app or a passkey. */
export const hasSecondFactor = async (db: Executor, userId: string): Promise<boolean> =>
  (await readAuthenticatorAppTime(db, userId)) !== null || (await hasPasskey(db, userId));

/** Makes sign-ins and the removal of second factors wait for the commit of a changed requirement. */
export async function lockRequirement(tx: Tx): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(${advisoryLocks.secondFactorRequirement})`);
}

/** Whether the instance requires a second factor. The answer holds until the commit. */
async function isSecondFactorRequired(tx: Tx, services: Pick<Ports, "settings">): Promise<boolean> {
  await tx.execute(sql`select pg_advisory_xact_lock_shared(${advisoryLocks.secondFactorRequirement})`);
  return (await readInstanceSettings(tx, services)).secondFactorRequired;
}

/** Whether the instance requires a second factor that the account doesn't have. */
export const lacksSecondFactor = async (
  tx: Tx,
  services: Pick<Ports, "settings">,
  userId: string,
): Promise<boolean> => (await isSecondFactorRequired(tx, services)) && !(await hasSecondFactor(tx, userId));
