import { setTimeout as sleep } from "node:timers/promises";

import type { EmptyResult } from "@mdreader/contract";
import { users } from "@mdreader/db";
import { and, eq, isNull } from "drizzle-orm";

import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { issueEmailToken } from "../email/email-tokens.ts";
import { sendBestEffort } from "../email/send-mail.ts";
import { accountNetworkKey, clientNetworkKey } from "../rate-limit-keys.ts";
import { assertPasswordsAccepted } from "./password-policy.ts";

/** Minimum response time in milliseconds: longer than it takes to create a link and queue the email. */
const minResponseMs = 250;

/**
 * Emails a link to set a new password, if an account has this address. The response and its time are the same if none
 * has. Earlier links remain valid, so that strangers cannot invalidate them by requesting more.
 * @throws AppError PASSWORD_SIGN_IN_DISABLED; RATE_LIMITED, for callers in this network only.
 */
export async function requestPasswordReset(ctx: Context, { email }: { email: string }): Promise<EmptyResult> {
  assertPasswordsAccepted(ctx);
  await ctx.limiter.consume("mail.network", clientNetworkKey(ctx));
  await ctx.limiter.consume("mail", accountNetworkKey(ctx, email));
  await Promise.all([sleep(minResponseMs), sendResetLink(ctx, email)]);
  return { ok: true };
}

/**
 * Whether another email may be sent to an address. When strangers have requested too many, none is sent and no error is
 * returned: the links of the last hour are still valid.
 */
async function canSendMail({ limiter }: Context, email: string): Promise<boolean> {
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
  if (user === undefined || !(await canSendMail(ctx, email))) return;
  const link = await ctx.database.db.transaction((tx) => issueEmailToken(tx, ctx, "resetPassword", user));
  await sendBestEffort(ctx, { kind: "resetPassword", to: user.email, username: user.username, ...link });
}
