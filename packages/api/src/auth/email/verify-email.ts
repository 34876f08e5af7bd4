import type { EmptyResult } from "@mdreader/contract";
import { users } from "@mdreader/db";
import { and, eq, sql } from "drizzle-orm";

import type { Access } from "../../access/authorize.ts";
import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { findEmailToken, issueEmailToken, consumeEmailToken, revokeEmailTokens } from "./email-tokens.ts";

/**
 * Emails the link that verifies the caller's address, and revokes the previous link. Sends nothing if the address is
 * already verified.
 * @throws AppError RATE_LIMITED.
 */
export async function requestEmailVerification(
  ctx: Context,
  { caller }: Access<"account.manage">,
): Promise<EmptyResult> {
  const { db } = ctx.database;
  const [user] = await db
    .select({ id: users.id, email: users.email, username: users.username, verified: users.emailVerified })
    .from(users)
    .where(eq(users.id, caller.userId));
  if (user === undefined) throw new AppError("SESSION_ENDED");
  if (user.verified) return { ok: true };
  await ctx.limiter.consume("mail", user.email);
  const url = await db.transaction(async (tx) => {
    await revokeEmailTokens(tx, "verifyEmail", user.id);
    return issueEmailToken(tx, ctx, "verifyEmail", user);
  });
  await ctx.mailer.enqueue({ kind: "verifyEmail", to: user.email, username: user.username, url });
  return { ok: true };
}

/**
 * Marks the address that the link was sent to as verified. Needs no sign-in, because email is often read on another
 * device.
 * @throws AppError EMAIL_TOKEN_INVALID.
 */
export async function verifyEmail(ctx: Context, { token }: { token: string }): Promise<EmptyResult> {
  const { db } = ctx.database;
  const found = await findEmailToken(db, ctx, "verifyEmail", token);
  await db.transaction(async (tx) => {
    await tx
      .update(users)
      .set({ emailVerified: true, updatedAt: sql`now()` })
      .where(and(eq(users.id, found.userId), eq(users.email, found.email)));
    await consumeEmailToken(tx, found);
  });
  return { ok: true };
}
