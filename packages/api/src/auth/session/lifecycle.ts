import { authSessions, type AuthSessionRow, type Executor } from "@mdreader/db";
import { and, eq, isNull, ne, type SQL } from "drizzle-orm";

import { publishSessionEnded } from "../../access/revocation.ts";
import type { Context, Services } from "../../context.ts";
import { hashSecret, createSecret } from "../secrets.ts";
import type { TokenPair } from "./token-delivery.ts";

/** The longest user agent that is kept. */
const maxUserAgentLength = 400;

/** Of a session, what its tokens are made of. */
export type TokenRotation = Pick<AuthSessionRow, "id" | "userId" | "generation" | "rotatedAt" | "expiresAt">;
export const rotationColumns = {
  id: authSessions.id,
  userId: authSessions.userId,
  generation: authSessions.generation,
  rotatedAt: authSessions.rotatedAt,
  expiresAt: authSessions.expiresAt,
};

/**
 * What each sign-in and each refresh writes into the session: it lives on for REFRESH_TOKEN_TTL from here, so that
 * people who keep coming back stay signed in. `lastUsedAt` is as exact as access tokens are long-lived.
 */
export function renewedColumns(ctx: Context) {
  const now = ctx.clock.now();
  const at = now.toISOString();
  return {
    rotatedAt: at,
    lastUsedAt: at,
    expiresAt: new Date(now.getTime() + ctx.settings.refreshTokenTtl * 1000).toISOString(),
    userAgent: ctx.request.userAgent?.slice(0, maxUserAgentLength).toWellFormed() ?? null,
    ipAddress: ctx.request.ipAddress,
  };
}

/** A session that was opened, with the secret of its first refresh token. */
export interface OpenedSession {
  rotation: TokenRotation;
  secret: string;
}

/** Signs someone in: the caller has made sure that they are who they say. */
export async function openSession(tx: Executor, ctx: Context, userId: string): Promise<OpenedSession> {
  const secret = createSecret();
  const [rotation] = await tx
    .insert(authSessions)
    .values({ userId, tokenHash: hashSecret(secret), ...renewedColumns(ctx) })
    .returning(rotationColumns);
  if (rotation === undefined) throw new Error("no session was inserted");
  return { rotation, secret };
}

/** The tokens of a session as it stands. */
export async function issueTokens(
  { tokens }: Pick<Services, "tokens">,
  { rotation, secret }: OpenedSession,
): Promise<TokenPair> {
  const { id: sessionId, userId, generation, rotatedAt: issuedAt, expiresAt } = rotation;
  const [access, refreshToken] = await Promise.all([
    tokens.issueAccess({ sessionId, userId }),
    tokens.issueRefresh({ sessionId, generation, secret }, { issuedAt, expiresAt }),
  ]);
  return {
    accessToken: access.token,
    expiresAt: access.expiresAt,
    refreshToken,
    refreshExpiresAt: expiresAt,
  };
}

/**
 * Ends sessions: their tokens are refused from the commit on. Tell those who listen afterwards, with `publishSessionsEnded`.
 * @param which A condition on `auth_sessions`.
 * @returns The ids of those that had not ended before.
 */
export async function endSessions(
  db: Executor,
  { clock }: Pick<Services, "clock">,
  which: SQL | undefined,
): Promise<string[]> {
  const ended = await db
    .update(authSessions)
    .set({ revokedAt: clock.now().toISOString() })
    .where(and(which, isNull(authSessions.revokedAt)))
    .returning({ id: authSessions.id });
  return ended.map(({ id }) => id);
}

/** Someone's sessions, all or all but one, as a condition for `endSessions`. */
export function ownSessions(
  userId: string,
  { except = null }: { except?: string | null } = {},
): SQL | undefined {
  return and(eq(authSessions.userId, userId), except === null ? undefined : ne(authSessions.id, except));
}

/** Has the open connections of ended sessions closed. */
export function publishSessionsEnded(services: Pick<Services, "bus">, sessionIds: readonly string[]): void {
  for (const id of sessionIds) publishSessionEnded(services, id);
}
