import type { Tokens } from "@mdreader/contract";
import { authSessions, users } from "@mdreader/db";
import { and, eq, gt, isNull, sql } from "drizzle-orm";

import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import type { RefreshClaims } from "../../ports.ts";
import { hashSecret } from "../secrets.ts";
import {
  publishSessionsEnded,
  endSessions,
  type TokenRotation,
  toRenewedColumns,
  rotationColumns,
  issueTokens,
} from "./lifecycle.ts";
import { toTokenResponse } from "./token-delivery.ts";

/**
 * Refresh tokens can be used once: each refresh replaces the session's token with its successor. The successor is
 * derived from the token by a keyed hash, so that all clients that refresh with one token at the same time (two tabs, a
 * retry after a lost response) get the same one. An older token can only come from a copy, so it ends the session.
 */

/** Seconds after a refresh in which the replaced token still returns its successor. */
const graceSeconds = 10;

/**
 * Exchanges a refresh token for new tokens, and extends the session to REFRESH_TOKEN_TTL from now.
 *
 * @param input Without a token, the browser's cookie is used, and the successor is set there.
 * @throws AppError UNAUTHENTICATED without any token; REFRESH_TOKEN_INVALID; REFRESH_TOKEN_REUSED when the reuse has
 *   ended the session; SESSION_ENDED; ACCOUNT_SUSPENDED. After each of them the user must sign in again. UNAVAILABLE when
 *   only a server with a newer secret knows the successor.
 */
export async function refresh(ctx: Context, input: { refreshToken?: string | undefined }): Promise<Tokens> {
  const { refreshToken } = input;
  if (refreshToken !== undefined)
    return toTokenResponse(ctx, await issueSuccessor(ctx, refreshToken), "body");
  const cookie = ctx.request.refreshCookie;
  const cookieToken = cookie?.read() ?? null;
  if (cookie === null || cookieToken === null) throw new AppError("UNAUTHENTICATED");
  try {
    return toTokenResponse(ctx, await issueSuccessor(ctx, cookieToken), "cookie");
  } catch (error) {
    // A cookie that is permanently invalid is removed; after a transient failure, such as of the database, it is kept.
    if (error instanceof AppError && finalReasons.has(error.reason)) cookie.write(null, null);
    throw error;
  }
}

const finalReasons = new Set<AppError["reason"]>([
  "REFRESH_TOKEN_INVALID",
  "REFRESH_TOKEN_REUSED",
  "SESSION_ENDED",
  "ACCOUNT_SUSPENDED",
]);

async function issueSuccessor(ctx: Context, token: string) {
  const claims = await ctx.tokens.verifyRefresh(token);
  if (claims === null) throw new AppError("REFRESH_TOKEN_INVALID");
  const { current, previous } = ctx.tokens.deriveNextSecret(claims.secret);
  const rotation = await rotateToken(ctx, claims, current);
  if (rotation !== undefined) return issueTokens(ctx, { rotation, secret: current });
  const { tokenHash, ...replaced } = await handleReplacedToken(ctx, claims);
  // Another server, whose root secret was replaced earlier or later, may have rotated the token.
  const secret = [current, previous].find((next) => next !== null && isEqual(hashSecret(next), tokenHash));
  if (secret === undefined || secret === null) throw new AppError("UNAVAILABLE", { retryAfter: 1 });
  return issueTokens(ctx, { rotation: replaced, secret });
}

/** Replaces the token with its successor, if it is the newest of a valid session. */
async function rotateToken(
  ctx: Context,
  claims: RefreshClaims,
  nextSecret: string,
): Promise<TokenRotation | undefined> {
  const presented = hashSecret(claims.secret);
  const [rotation] = await ctx.database.db
    .update(authSessions)
    .set({
      ...toRenewedColumns(ctx),
      generation: claims.generation + 1,
      tokenHash: hashSecret(nextSecret),
      previousTokenHash: presented,
    })
    .from(users)
    .where(
      and(
        eq(authSessions.id, claims.sessionId),
        eq(authSessions.generation, claims.generation),
        eq(authSessions.tokenHash, presented),
        isNull(authSessions.revokedAt),
        gt(authSessions.expiresAt, ctx.clock.now().toISOString()),
        eq(users.id, authSessions.userId),
        isNull(users.deactivatedAt),
      ),
    )
    .returning(rotationColumns);
  return rotation;
}

/** Handles a token that is not the newest of a valid session. */
async function handleReplacedToken(
  ctx: Context,
  claims: RefreshClaims,
): Promise<TokenRotation & { tokenHash: Uint8Array }> {
  const now = ctx.clock.now();
  const [session] = await ctx.database.db
    .select({
      ...rotationColumns,
      tokenHash: authSessions.tokenHash,
      previousTokenHash: authSessions.previousTokenHash,
      isValid: sql<boolean>`${authSessions.revokedAt} is null and ${authSessions.expiresAt} > ${now.toISOString()}`,
      // The sessions of a deleted account have ended.
      isSuspended: sql<boolean>`${users.deactivatedAt} is not null and ${users.deletedAt} is null`,
    })
    .from(authSessions)
    .innerJoin(users, eq(users.id, authSessions.userId))
    .where(eq(authSessions.id, claims.sessionId));
  if (session === undefined) throw new AppError("SESSION_ENDED");
  if (session.isSuspended) throw new AppError("ACCOUNT_SUSPENDED");
  if (!session.isValid) throw new AppError("SESSION_ENDED");
  const age = session.generation - claims.generation;
  // A token of this session that is not older than its row means that an older backup was restored.
  if (age <= 0) throw new AppError("REFRESH_TOKEN_INVALID");

  const isPrevious =
    age === 1 &&
    session.previousTokenHash !== null &&
    isEqual(session.previousTokenHash, hashSecret(claims.secret));
  const sinceRotation = now.getTime() - Date.parse(session.rotatedAt);
  if (isPrevious && sinceRotation <= graceSeconds * 1000) return session;

  publishSessionsEnded(ctx, await endSessions(ctx.database.db, ctx, eq(authSessions.id, session.id)));
  ctx.log.warn({ sessionId: session.id, userId: session.userId, age }, "a refresh token was reused");
  throw new AppError("REFRESH_TOKEN_REUSED");
}

const isEqual = (left: Uint8Array, right: Uint8Array) => Buffer.compare(left, right) === 0;
