import { authIdentities, authSessions } from "@mdreader/db";
import { and, eq, inArray, lte } from "drizzle-orm";

import type { Context } from "../../context.ts";
import { endSessions, publishSessionsEnded } from "../session/lifecycle.ts";

/** A provider's announcement that somebody has signed out there. It names the person, one of their sessions, or both. */
export interface ProviderSignOut {
  issuer: string;
  subject: string | null;
  providerSessionId: string | null;
  /** Later sessions remain, so that a repeated announcement has no effect on them. */
  openedUntil: Date;
}

/** Ends the sessions that an identity opened, when its provider says so. @returns The number of ended sessions. */
export async function endProviderSessions(
  ctx: Context,
  { issuer, subject, providerSessionId, openedUntil }: ProviderSignOut,
): Promise<number> {
  const { db } = ctx.database;
  if (subject === null && providerSessionId === null) return 0;
  const sessions = db
    .select({ id: authSessions.id })
    .from(authSessions)
    .innerJoin(authIdentities, eq(authIdentities.id, authSessions.identityId))
    .where(
      and(
        eq(authIdentities.issuer, issuer),
        subject === null ? undefined : eq(authIdentities.subject, subject),
        providerSessionId === null ? undefined : eq(authSessions.providerSessionId, providerSessionId),
        lte(authSessions.createdAt, openedUntil.toISOString()),
      ),
    );
  const ended = await endSessions(db, ctx, inArray(authSessions.id, sessions));
  publishSessionsEnded(ctx, ended);
  return ended.length;
}
