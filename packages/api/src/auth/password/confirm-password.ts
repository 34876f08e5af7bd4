import type { AccountAction, InstanceAction } from "@mdreader/contract";
import { authSessions, users } from "@mdreader/db";
import { and, eq, sql } from "drizzle-orm";

import type { Access } from "../../access/authorize.ts";
import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { isPasswordHash } from "./password-hash.ts";
import { isPasswordAccepted } from "./password-policy.ts";

/** An account whose password the caller has just confirmed. */
export interface VerifiedAccount {
  id: string;
  email: string;
  username: string;
  passwordHash: string;
  isSuperuser: boolean;
}

/** The time after a sign-in in which the caller need not sign in again, in milliseconds. */
const freshSignInMs = 10 * 60_000;

/**
 * Confirms the identity of a signed-in user before sensitive actions, with their password, or by a recent sign-in if they
 * have no password that the server accepts.
 * @throws AppError PASSWORD_WRONG; SIGN_IN_AGAIN; RATE_LIMITED.
 */
export async function confirmPassword(
  ctx: Context,
  access: Access<AccountAction | InstanceAction>,
  password: string | undefined,
): Promise<VerifiedAccount> {
  const { userId, sessionId } = access.caller;
  if (sessionId === null) throw new AppError("ACCOUNT_SESSION_REQUIRED");
  await ctx.limiter.consume("password", userId);
  const { signedInAt, ...account } = await readCallerAccount(ctx, access);
  const hasPassword = isPasswordAccepted(ctx, account) && isPasswordHash(account.passwordHash);
  if (!hasPassword && password === undefined) {
    if (ctx.clock.now().getTime() - Date.parse(signedInAt) > freshSignInMs)
      throw new AppError("SIGN_IN_AGAIN");
    return account;
  }
  if (password === undefined) throw new AppError("PASSWORD_WRONG");
  const isCorrect = await ctx.passwords.verify(account.passwordHash, password, { owner: userId });
  if (!isCorrect) throw new AppError("PASSWORD_WRONG");
  return account;
}

/** Reads the caller's account, and when they signed in. @throws AppError SESSION_ENDED */
export async function readCallerAccount(
  ctx: Context,
  { caller: { userId, sessionId } }: Access<AccountAction | InstanceAction>,
): Promise<VerifiedAccount & { signedInAt: string }> {
  const [account] = await ctx.database.db
    .select({
      id: users.id,
      email: users.email,
      username: users.username,
      passwordHash: users.passwordHash,
      isSuperuser: users.isSuperuser,
      signedInAt: authSessions.authenticatedAt,
    })
    .from(users)
    .innerJoin(authSessions, eq(authSessions.userId, users.id))
    .where(and(eq(users.id, userId), eq(authSessions.id, sql`${sessionId}`)));
  if (account === undefined) throw new AppError("SESSION_ENDED");
  return account;
}
