import type { EmptyResult } from "@mdreader/contract";
import { users } from "@mdreader/db";
import { eq } from "drizzle-orm";

import type { Access } from "../../access/authorize.ts";
import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { issueEmailToken, revokeEmailTokens } from "./email-tokens.ts";

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
  const link = await db.transaction(async (tx) => {
    await revokeEmailTokens(tx, "verifyEmail", user.id);
    return issueEmailToken(tx, ctx, "verifyEmail", user);
  });
  await ctx.mailer.enqueue({ kind: "verifyEmail", to: user.email, username: user.username, ...link });
  return { ok: true };
}
