import type { EmptyResult } from "@mdreader/contract";
import { authSessions, users } from "@mdreader/db";
import { eq, inArray } from "drizzle-orm";

import { requireCredential } from "../../access/identity.ts";
import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { recordAudit } from "../admin/audit/record.ts";
import { publishSessionsEnded, endSessions } from "./lifecycle.ts";

/**
 * Ends the sessions of all tokens in the request: the access token, the refresh token in the input, and the browser's
 * cookie, which is removed. One token is enough, so that a client whose access token has expired can sign out without a
 * refresh. Signing out twice is not an error.
 *
 * @throws AppError UNAUTHENTICATED, TOKEN_INVALID, TOKEN_EXPIRED or REFRESH_TOKEN_INVALID when no token belongs to a
 *   session; ACCOUNT_SESSION_REQUIRED for an API key, which has none.
 */
export async function logout(
  ctx: Context,
  input: { refreshToken?: string | undefined },
): Promise<EmptyResult> {
  const { refreshCookie } = ctx.request;
  const cookieToken = refreshCookie?.read() ?? undefined;
  refreshCookie?.write(null, null);

  const refreshTokens = [input.refreshToken, cookieToken].filter((token) => token !== undefined);
  const claims = await Promise.all(refreshTokens.map((token) => ctx.tokens.verifyRefresh(token)));
  const sessionIds = claims.flatMap((claim) => claim?.sessionId ?? []);
  if (ctx.credential.kind === "session") sessionIds.push(ctx.credential.sessionId);
  if (sessionIds.length === 0) throw createLogoutError(ctx, input);

  const condition = inArray(authSessions.id, sessionIds);
  const ended = await ctx.database.db.transaction(async (tx) => {
    const ids = await endSessions(tx, ctx, condition);
    const owners = await tx
      .selectDistinct({ id: users.id, email: users.email })
      .from(authSessions)
      .innerJoin(users, eq(users.id, authSessions.userId))
      .where(inArray(authSessions.id, ids));
    const records = owners.map(({ id, email }) => ({
      action: "account.signedOut" as const,
      actor: { userId: id },
      target: { id, name: email },
    }));
    await recordAudit(tx, ctx, ...records);
    return ids;
  });
  publishSessionsEnded(ctx, ended);
  return { ok: true };
}

function createLogoutError(ctx: Context, { refreshToken }: { refreshToken?: string | undefined }): AppError {
  if (refreshToken !== undefined) return new AppError("REFRESH_TOKEN_INVALID");
  // Throws without a valid credential.
  requireCredential(ctx);
  return new AppError("ACCOUNT_SESSION_REQUIRED");
}
