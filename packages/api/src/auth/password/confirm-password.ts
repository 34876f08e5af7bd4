import { users } from "@mdreader/db";
import { eq } from "drizzle-orm";

import type { Access } from "../../access/authorize.ts";
import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";

/** An account whose password the caller has just confirmed. */
export interface VerifiedAccount {
  id: string;
  email: string;
  username: string;
  passwordHash: string;
}

/**
 * Confirms the password of a signed-in user, before actions that someone else at their computer must not perform.
 * @throws AppError PASSWORD_WRONG; RATE_LIMITED.
 */
export async function confirmPassword(
  ctx: Context,
  { caller }: Access<"account.manage">,
  password: string,
): Promise<VerifiedAccount> {
  await ctx.limiter.consume("password", caller.userId);
  const [account] = await ctx.database.db
    .select({ id: users.id, email: users.email, username: users.username, passwordHash: users.passwordHash })
    .from(users)
    .where(eq(users.id, caller.userId));
  if (account === undefined) throw new AppError("SESSION_ENDED");
  const isCorrect = await ctx.passwords.verify(account.passwordHash, password, { owner: caller.userId });
  if (!isCorrect) throw new AppError("PASSWORD_WRONG");
  return account;
}
