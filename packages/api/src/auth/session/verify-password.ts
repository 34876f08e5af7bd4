import { users } from "@mdreader/db";
import { eq, sql } from "drizzle-orm";

import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { recordAudit } from "../admin/audit/record.ts";
import { isPasswordAccepted } from "../password/password-policy.ts";
import { accountNetworkKey, clientNetworkKey } from "../rate-limit-keys.ts";

/** An account whose password was sent by somebody who is not signed in. */
interface PasswordAccount {
  id: string;
  passwordHash: string;
  passwordChangeRequired: boolean;
}

/**
 * Verifies a password before a sign-in. Each attempt is counted before the password is checked, so that concurrent
 * attempts count too. A password is hashed whether or not the account exists, so that the response time reveals
 * nothing.
 * @throws AppError BAD_CREDENTIALS, the same for an unknown address, a wrong password and a suspended account;
 *   PASSWORD_SIGN_IN_DISABLED, instead of BAD_CREDENTIALS, on a server where only superusers have passwords; RATE_LIMITED.
 */
export async function verifyPassword(
  ctx: Context,
  { email, password }: { email: string; password: string },
): Promise<PasswordAccount> {
  await ctx.limiter.consume("login.address", clientNetworkKey(ctx));
  await ctx.limiter.consume("login.account", accountNetworkKey(ctx, email));
  const [account] = await ctx.database.db
    .select({
      id: users.id,
      passwordHash: users.passwordHash,
      isActive: sql<boolean>`${users.deactivatedAt} is null`,
      passwordChangeRequired: users.passwordChangeRequired,
      isSuperuser: users.isSuperuser,
    })
    .from(users)
    .where(eq(users.email, email));
  const isCorrect = await ctx.passwords.verify(account?.passwordHash ?? null, password, {
    owner: clientNetworkKey(ctx),
    isUrgent: true,
  });
  if (account !== undefined && isCorrect && account.isActive && isPasswordAccepted(ctx, account))
    return account;
  await recordAudit(ctx.database.db, ctx, {
    action: "account.signInFailed",
    actor: null,
    target: { id: account?.id ?? null, name: email },
  });
  throw new AppError(ctx.settings.acceptsPasswords ? "BAD_CREDENTIALS" : "PASSWORD_SIGN_IN_DISABLED");
}
