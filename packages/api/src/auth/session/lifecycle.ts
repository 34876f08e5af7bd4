import { authSessions, type AuthSessionRow, type Executor, type Tx } from "@mdreader/db";
import { and, eq, isNull, ne, type SQL } from "drizzle-orm";

import { publishSessionEnded } from "../../access/monitor/access-changes.ts";
import type { Context } from "../../context.ts";
import type { Ports } from "../../ports.ts";
import { lacksSecondFactor } from "../second-factor/requirement.ts";
import { hashSecret, createSecret } from "../secrets.ts";
import type { TokenPair } from "./token-delivery.ts";

/** Maximum stored length of the user agent, in characters. */
const maxUserAgentLength = 400;

/** The columns of a session that its tokens are created from. */
export type TokenRotation = Pick<AuthSessionRow, "id" | "userId" | "generation" | "rotatedAt" | "expiresAt">;
export const rotationColumns = {
  id: authSessions.id,
  userId: authSessions.userId,
  generation: authSessions.generation,
  rotatedAt: authSessions.rotatedAt,
  expiresAt: authSessions.expiresAt,
};

/**
 * The columns that each sign-in and each refresh writes. They extend the session to REFRESH_TOKEN_TTL from now, so that
 * active users stay signed in. `lastUsedAt` is as precise as the lifetime of access tokens.
 */
export function toRenewedColumns(ctx: Context) {
  const now = ctx.clock.now();
  const at = now.toISOString();
  return {
    rotatedAt: at,
    lastUsedAt: at,
    expiresAt: new Date(now.getTime() + ctx.settings.refreshTokenTtlSeconds * 1000).toISOString(),
    ...describeClient(ctx),
  };
}

/** The columns that describe the client of a request. */
export const describeClient = ({ request }: Pick<Context, "request">) => ({
  userAgent: request.userAgent?.slice(0, maxUserAgentLength).toWellFormed() ?? null,
  ipAddress: request.ipAddress,
});

/** A new session, with the secret of its first refresh token. */
export interface OpenedSession {
  rotation: TokenRotation;
  secret: string;
}

/**
 * The identity or passkey that opens a session, and the provider's ID of its own session. `authenticatedAt` is for a session that
 * another one approves: the person has not just proven who they are.
 */
type SessionOrigin = Pick<
  AuthSessionRow,
  "identityId" | "passkeyId" | "providerSessionId" | "authenticatedAt"
>;

/**
 * Opens a session. The caller must have verified the user's identity. Where the instance requires a second factor, a person
 * without one can do nothing else with it than set one up, unless a provider has signed them in.
 */
export async function openSession(
  tx: Tx,
  ctx: Context,
  userId: string,
  origin: Partial<SessionOrigin> = {},
): Promise<OpenedSession> {
  const secret = createSecret();
  const usesProvider = typeof origin.identityId === "string";
  const needsSecondFactor = !usesProvider && (await lacksSecondFactor(tx, ctx, userId));
  const [rotation] = await tx
    .insert(authSessions)
    .values({
      userId,
      authenticatedAt: ctx.clock.now().toISOString(),
      ...origin,
      needsSecondFactor,
      tokenHash: hashSecret(secret),
      ...toRenewedColumns(ctx),
    })
    .returning(rotationColumns);
  if (rotation === undefined) throw new Error("no session was inserted");
  return { rotation, secret };
}

/** Issues tokens for the current state of a session. */
export async function issueTokens(
  { tokens }: Pick<Ports, "tokens">,
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
 * Ends sessions: their tokens are rejected from the commit on. Call `publishSessionsEnded` after the commit.
 * @param condition A condition on `auth_sessions`.
 * @returns The ids of the sessions that had not ended before.
 */
export async function endSessions(
  db: Executor,
  { clock }: Pick<Ports, "clock">,
  condition: SQL | undefined,
): Promise<string[]> {
  const ended = await db
    .update(authSessions)
    .set({ revokedAt: clock.now().toISOString() })
    .where(and(condition, isNull(authSessions.revokedAt)))
    .returning({ id: authSessions.id });
  return ended.map(({ id }) => id);
}

/** A user's sessions, all or all but one, as a condition for `endSessions`. */
export function isOwnSession(
  userId: string,
  { except = null }: { except?: string | null } = {},
): SQL | undefined {
  return and(eq(authSessions.userId, userId), except === null ? undefined : ne(authSessions.id, except));
}

/** Closes the open connections of ended sessions. */
export function publishSessionsEnded(services: Pick<Ports, "bus">, sessionIds: readonly string[]): void {
  for (const id of sessionIds) publishSessionEnded(services, id);
}
