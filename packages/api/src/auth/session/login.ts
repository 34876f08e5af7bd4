import type { LoginInput, SignedIn } from "@mdreader/contract";
import { users } from "@mdreader/db";
import { and, eq, isNull } from "drizzle-orm";

import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { userColumns } from "../account/columns.ts";
import { accountNetworkKey, clientNetworkKey } from "../limits.ts";
import { openSession, issueTokens } from "./lifecycle.ts";
import { assertDeliverable, toTokenResponse } from "./token-delivery.ts";

/**
 * Signs a user in with their password. Each attempt is counted before the password is checked, so that concurrent
 * attempts count too. A password is hashed whether or not the account exists, so that the response time reveals
 * nothing.
 *
 * @throws AppError BAD_CREDENTIALS, the same for an unknown address, a wrong password and a suspended account;
 *   RATE_LIMITED.
 */
export async function login(ctx: Context, input: LoginInput): Promise<SignedIn> {
  const { email, password, refreshTokenDelivery } = input;
  assertDeliverable(ctx, refreshTokenDelivery);
  await ctx.limiter.consume("login.address", clientNetworkKey(ctx));
  await ctx.limiter.consume("login.account", accountNetworkKey(ctx, email));

  const [account] = await ctx.database.db
    .select({ id: users.id, passwordHash: users.passwordHash })
    .from(users)
    .where(eq(users.email, email));
  const isCorrect = await ctx.passwords.verify(account?.passwordHash ?? null, password, {
    owner: clientNetworkKey(ctx),
    isUrgent: true,
  });
  if (account === undefined || !isCorrect) throw new AppError("BAD_CREDENTIALS");

  const { user, session } = await signIn(ctx, account);
  await ctx.limiter.reset("login.account", accountNetworkKey(ctx, email));
  return { user, ...toTokenResponse(ctx, await issueTokens(ctx, session), refreshTokenDelivery) };
}

/**
 * Opens the session, if the account is not suspended and the password has not changed since it was checked: a change
 * ends all sessions.
 */
function signIn(ctx: Context, { id, passwordHash }: { id: string; passwordHash: string }) {
  return ctx.database.db.transaction(async (tx) => {
    const [user] = await tx
      .select(userColumns)
      .from(users)
      .where(and(eq(users.id, id), eq(users.passwordHash, passwordHash), isNull(users.deactivatedAt)))
      .for("share");
    if (user === undefined) throw new AppError("BAD_CREDENTIALS");
    return { user, session: await openSession(tx, ctx, id) };
  });
}
