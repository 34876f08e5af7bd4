import { authSessions, type Executor, passkeys, secondFactors } from "@mdreader/db";
import { and, eq, isNull, notExists } from "drizzle-orm";

import type { Ports } from "../../ports.ts";
import { readInstanceSettings } from "../admin/settings/instance-settings.ts";
import { endSessions, publishSessionsEnded } from "../session/lifecycle.ts";

/**
 * Ends the sessions that people without a second factor have opened with a password. When they sign in again, they must
 * set one up first. Call `publishSessionsEnded` after the commit.
 */
export function endUnprotectedSessions(db: Executor, services: Pick<Ports, "clock">): Promise<string[]> {
  const factor = db
    .select({ userId: secondFactors.userId })
    .from(secondFactors)
    .where(eq(secondFactors.userId, authSessions.userId));
  const passkey = db
    .select({ userId: passkeys.userId })
    .from(passkeys)
    .where(eq(passkeys.userId, authSessions.userId));
  const unprotected = and(
    isNull(authSessions.identityId),
    eq(authSessions.needsSecondFactor, false),
    notExists(factor),
    notExists(passkey),
  );
  return endSessions(db, services, unprotected);
}

/** Unlocks the sessions of people who had yet to set up a second factor, once none is required. */
export async function releaseSessions(db: Executor): Promise<void> {
  await db
    .update(authSessions)
    .set({ needsSecondFactor: false })
    .where(eq(authSessions.needsSecondFactor, true));
}

/** Applies the requirement when the server starts, because its environment may have introduced or lifted it. */
export async function enforceSecondFactor(
  services: Pick<Ports, "database" | "clock" | "settings" | "bus">,
): Promise<void> {
  const { db } = services.database;
  const { secondFactorRequired } = await readInstanceSettings(db, services);
  if (secondFactorRequired) publishSessionsEnded(services, await endUnprotectedSessions(db, services));
  else await releaseSessions(db);
}
