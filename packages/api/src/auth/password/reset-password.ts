import { setTimeout as sleep } from "node:timers/promises";

import type { EmptyResult } from "@mdreader/contract";
import { users } from "@mdreader/db";
import { and, eq, isNull, sql } from "drizzle-orm";

import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { publishRevoked, revokeGranted } from "../account/revoke-granted.ts";
import {
  findEmailToken,
  issueEmailToken,
  consumeEmailToken,
  revokeEmailTokens,
} from "../email/email-tokens.ts";
import { sendBestEffort } from "../email/send-mail.ts";
import { accountNetworkKey, clientNetworkKey } from "../limits.ts";
import { publishSessionsEnded, endSessions, ownSessions } from "../session/lifecycle.ts";

/** Minimum response time in milliseconds: longer than it takes to create a link and queue the email. */
const minResponseMs = 250;

/**
 * Emails a link to set a new password, if an account has this address. The response and its time are the same if none
 * has. Earlier links remain valid, so that strangers cannot invalidate them by requesting more.
 * @throws AppError RATE_LIMITED, for callers in this network only.
 */
export async function requestPasswordReset(ctx: Context, { email }: { email: string }): Promise<EmptyResult> {
  await ctx.limiter.consume("mail.network", clientNetworkKey(ctx));
  await ctx.limiter.consume("mail", accountNetworkKey(ctx, email));
  await Promise.all([sleep(minResponseMs), sendResetLink(ctx, email)]);
  return { ok: true };
}

/**
 * Whether another email may be sent to an address. When strangers have requested too many, none is sent and no error is
 * returned: the links of the last hour are still valid.
 */
async function mayRequestMail({ limiter }: Context, email: string): Promise<boolean> {
  try {
    await limiter.consume("mail.address", email);
    return true;
  } catch (error) {
    if (error instanceof AppError && error.reason === "RATE_LIMITED") return false;
    throw error;
  }
}

async function sendResetLink(ctx: Context, email: string): Promise<void> {
  const [user] = await ctx.database.db
    .select({ id: users.id, email: users.email, username: users.username })
    .from(users)
    .where(and(eq(users.email, email), isNull(users.deactivatedAt)));
  if (user === undefined || !(await mayRequestMail(ctx, email))) return;
  const url = await ctx.database.db.transaction((tx) => issueEmailToken(tx, ctx, "resetPassword", user));
  await sendBestEffort(ctx, { kind: "resetPassword", to: user.email, username: user.username, url });
}

/**
 * Sets a new password with an emailed link, and revokes all earlier access: sessions, API keys, pending invitations and
 * public links that the account created, and other emailed links. Former holders of the account are signed out. The
 * link also proves the address.
 * @throws AppError EMAIL_TOKEN_INVALID; RATE_LIMITED.
 */
export async function resetPassword(
  ctx: Context,
  { token, newPassword }: { token: string; newPassword: string },
): Promise<EmptyResult> {
  await ctx.limiter.consume("password", clientNetworkKey(ctx));
  const { db } = ctx.database;
  const found = await findEmailToken(db, ctx, "resetPassword", token);
  const passwordHash = await ctx.passwords.hash(newPassword, { owner: clientNetworkKey(ctx) });
  const { sessions, granted } = await db.transaction(async (tx) => {
    // The account's row is locked before its tokens and sessions, the order in which deleting an account locks them.
    await tx
      .update(users)
      .set({ passwordHash, emailVerified: true, updatedAt: sql`now()` })
      .where(eq(users.id, found.userId));
    await consumeEmailToken(tx, found);
    await revokeEmailTokens(tx, "resetPassword", found.userId);
    await revokeEmailTokens(tx, "verifyEmail", found.userId);
    return {
      sessions: await endSessions(tx, ctx, ownSessions(found.userId)),
      granted: await revokeGranted(tx, ctx, found.userId),
    };
  });
  publishSessionsEnded(ctx, sessions);
  publishRevoked(ctx, granted);
  await ctx.limiter.reset("login.account", accountNetworkKey(ctx, found.email));
  await sendBestEffort(ctx, { kind: "passwordChanged", to: found.email, username: found.username });
  return { ok: true };
}
