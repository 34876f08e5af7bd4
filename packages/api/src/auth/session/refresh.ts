import type { Tokens } from "@mdreader/contract";
import { authSessions, users } from "@mdreader/db";
import { and, eq, gt, isNull, sql } from "drizzle-orm";

import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { hashSecret } from "../secrets.ts";
import {
  publishSessionsEnded,
  endSessions,
  type TokenRotation,
  renewedColumns,
  rotationColumns,
  issueTokens,
} from "./lifecycle.ts";
import { toTokenResponse } from "./token-delivery.ts";
import type { RefreshClaims } from "./tokens.ts";

/**
 * Refresh tokens are used once: each refresh replaces the session's token by its successor. The successor follows from
 * the token by a keyed hash, so that everyone who refreshes with one token at one time (two tabs, a retry after a lost
 * answer) gets the same one. Who shows an older token has kept a copy, or somebody has: then the session ends.
 */

/** For how many seconds after a refresh the replaced token still answers with its successor. */
const graceSeconds = 10;

/**
 * Exchanges a refresh token for new tokens; the session lives on for REFRESH_TOKEN_TTL from now.
 *
 * @param input Without a token, the browser's cookie is used, and the successor goes there.
 * @throws AppError UNAUTHENTICATED without any token; REFRESH_TOKEN_INVALID; REFRESH_TOKEN_REUSED, when the session
 *   was ended for it; SESSION_ENDED. After each of them the only way is to sign in again.
 */
export async function refresh(ctx: Context, input: { refreshToken?: string | undefined }): Promise<Tokens> {
  const { refreshToken } = input;
  if (refreshToken !== undefined)
    return toTokenResponse(ctx, await issueSuccessor(ctx, refreshToken), "body");
  const cookie = ctx.request.refreshCookie;
  const kept = cookie?.read() ?? null;
  if (cookie === null || kept === null) throw new AppError("UNAUTHENTICATED");
  try {
    return toTokenResponse(ctx, await issueSuccessor(ctx, kept), "cookie");
  } catch (error) {
    // A cookie that will never work again is of no use; one that met a database at rest is.
    if (error instanceof AppError && isFinal.has(error.reason)) cookie.write(null, null);
    throw error;
  }
}

const isFinal = new Set<AppError["reason"]>([
  "REFRESH_TOKEN_INVALID",
  "REFRESH_TOKEN_REUSED",
  "SESSION_ENDED",
]);

async function issueSuccessor(ctx: Context, token: string) {
  const claims = await ctx.tokens.verifyRefresh(token);
  if (claims === null) throw new AppError("REFRESH_TOKEN_INVALID");
  const secret = ctx.tokens.deriveNextSecret(claims.secret);
  const rotation = (await rotateToken(ctx, claims, secret)) ?? (await handleReplacedToken(ctx, claims));
  return issueTokens(ctx, { rotation, secret });
}

/** Puts the successor in the token's place, if the token is the newest of a session that stands. */
async function rotateToken(
  ctx: Context,
  claims: RefreshClaims,
  nextSecret: string,
): Promise<TokenRotation | undefined> {
  const presented = hashSecret(claims.secret);
  const [rotation] = await ctx.database.db
    .update(authSessions)
    .set({
      ...renewedColumns(ctx),
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

/** What became of a token that is not the newest of a session that stands. */
async function handleReplacedToken(ctx: Context, claims: RefreshClaims): Promise<TokenRotation> {
  const now = ctx.clock.now();
  const [session] = await ctx.database.db
    .select({
      ...rotationColumns,
      previousTokenHash: authSessions.previousTokenHash,
      stands: sql<boolean>`${authSessions.revokedAt} is null and ${authSessions.expiresAt} > ${now.toISOString()}
        and ${users.deactivatedAt} is null`,
    })
    .from(authSessions)
    .innerJoin(users, eq(users.id, authSessions.userId))
    .where(eq(authSessions.id, claims.sessionId));
  if (session === undefined || !session.stands) throw new AppError("SESSION_ENDED");
  const age = session.generation - claims.generation;
  // Of this session and yet from its future: the database was restored from before.
  if (age <= 0) throw new AppError("REFRESH_TOKEN_INVALID");

  const isPrevious =
    age === 1 &&
    session.previousTokenHash !== null &&
    isEqual(session.previousTokenHash, hashSecret(claims.secret));
  const sinceRotation = now.getTime() - Date.parse(session.rotatedAt);
  if (isPrevious && sinceRotation <= graceSeconds * 1000) return session;

  publishSessionsEnded(ctx, await endSessions(ctx.database.db, ctx, eq(authSessions.id, session.id)));
  ctx.log.warn({ sessionId: session.id, userId: session.userId, age }, "a refresh token was used again");
  throw new AppError("REFRESH_TOKEN_REUSED");
}

const isEqual = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0;
