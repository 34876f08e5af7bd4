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

/** In milliseconds: longer than it takes to make a link and have a mail accepted. */
const minResponseMs = 250;

/**
 * Mails a link to set a new password, if there is an account with this address. The answer and its time are the same
 * if there is none. Links that were sent before go on working: strangers who ask for more make none of them void.
 * @throws AppError RATE_LIMITED, for callers of this network alone.
 */
export async function requestPasswordReset(ctx: Context, { email }: { email: string }): Promise<EmptyResult> {
  await ctx.limiter.consume("mail.network", clientNetworkKey(ctx));
  await ctx.limiter.consume("mail", accountNetworkKey(ctx, email));
  await Promise.all([sleep(minResponseMs), sendResetLink(ctx, email)]);
  return { ok: true };
}

/**
 * Whether one more mail may go to an address. When strangers have asked for too many, none is sent, and nobody is refused:
 * those of the last hour hold links that work.
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
 * Sets a new password with a mailed link, and ends all that let anyone in before: sessions, API keys, pending invitations
 * and public links that the account made, and other mailed links. Whoever had the account until now is out. That the link
 * arrived also proves the address.
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
    // The account's row before its tokens and sessions, in the order in which deleting an account takes them.
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
