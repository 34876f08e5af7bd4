import type { LoginInput, SignedIn } from "@mdreader/contract";
import { users } from "@mdreader/db";
import { and, eq, isNull, sql } from "drizzle-orm";

import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { userColumns } from "../account/columns.ts";
import { recordAudit } from "../admin/audit/record.ts";
import { revokeEmailTokens } from "../email/email-tokens.ts";
import { accountNetworkKey, clientNetworkKey } from "../limits.ts";
import { acceptsPasswordOf } from "../password/no-password.ts";
import { passwordChangedColumns } from "../password/password-changed.ts";
import { requireSecondFactor } from "../second-factor/use-code.ts";
import { openSession, issueTokens } from "./lifecycle.ts";
import { assertDeliverable, toTokenResponse } from "./token-delivery.ts";

/**
 * Signs a user in with their password. Each attempt is counted before the password is checked, so that concurrent
 * attempts count too. A password is hashed whether or not the account exists, so that the response time reveals
 * nothing.
 *
 * @throws AppError BAD_CREDENTIALS, the same for an unknown address, a wrong password and a suspended account;
 *   PASSWORD_CHANGE_REQUIRED, when an administrator requires a new password and the input has none;
 *   SECOND_FACTOR_REQUIRED without a code, and SECOND_FACTOR_WRONG with a wrong or used one, if the account has a second
 *   factor and the password is right;
 *   PASSWORD_SIGN_IN_DISABLED, instead of BAD_CREDENTIALS, on a server where only superusers have passwords; RATE_LIMITED.
 */
export async function login(ctx: Context, input: LoginInput): Promise<SignedIn> {
  const { email, password, refreshTokenDelivery } = input;
  assertDeliverable(ctx, refreshTokenDelivery);
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
  if (account === undefined || !isCorrect || !account.isActive || !acceptsPasswordOf(ctx, account)) {
    await recordAudit(ctx.database.db, ctx, {
      action: "account.signInFailed",
      actor: null,
      target: { id: account?.id ?? null, name: email },
    });
    throw new AppError(ctx.settings.acceptsPasswords ? "BAD_CREDENTIALS" : "PASSWORD_SIGN_IN_DISABLED");
  }
  const newHash = account.passwordChangeRequired ? await hashNewPassword(ctx, input) : null;
  const { user, session } = await recordWrongCode(ctx, account, email, () =>
    signIn(ctx, account, newHash, input.code),
  );
  await ctx.limiter.reset("login.account", accountNetworkKey(ctx, email));
  return { user, ...toTokenResponse(ctx, await issueTokens(ctx, session), refreshTokenDelivery) };
}

/** Records in the audit log that the password was right, but the code of the second factor wasn't. */
async function recordWrongCode<T>(
  ctx: Context,
  { id }: { id: string },
  email: string,
  attempt: () => Promise<T>,
): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    if (error instanceof AppError && error.reason === "SECOND_FACTOR_WRONG") {
      await recordAudit(ctx.database.db, ctx, {
        action: "account.signInFailed",
        actor: null,
        target: { id, name: email },
        details: { reason: error.reason },
      });
    }
    throw error;
  }
}

/** @throws AppError PASSWORD_CHANGE_REQUIRED without another password than the current one. */
function hashNewPassword(ctx: Context, { password, newPassword }: LoginInput): Promise<string> {
  if (newPassword === undefined || newPassword === password) throw new AppError("PASSWORD_CHANGE_REQUIRED");
  return ctx.passwords.hash(newPassword, { owner: clientNetworkKey(ctx) });
}

/**
 * Opens the session, if the account is not suspended and the password has not changed since it was checked: a change
 * ends all sessions.
 * @param newHash The hash that replaces the password's, if any.
 * @param code A code of the second factor, if any.
 */
function signIn(
  ctx: Context,
  { id, passwordHash }: { id: string; passwordHash: string },
  newHash: string | null,
  code: string | undefined,
) {
  return ctx.database.db.transaction(async (tx) => {
    const [updated] = await tx
      .update(users)
      .set({
        lastLoginAt: ctx.clock.now().toISOString(),
        ...(newHash !== null && { passwordHash: newHash, ...passwordChangedColumns(ctx) }),
      })
      .where(and(eq(users.id, id), eq(users.passwordHash, passwordHash), isNull(users.deactivatedAt)))
      .returning({ user: userColumns, passwordChangeRequired: users.passwordChangeRequired });
    if (updated === undefined) throw new AppError("BAD_CREDENTIALS");
    const { user, passwordChangeRequired } = updated;
    // It may be required since the password was checked.
    if (passwordChangeRequired) throw new AppError("PASSWORD_CHANGE_REQUIRED");
    await requireSecondFactor(tx, ctx, user, code);
    const actor = { userId: id };
    const target = { id, name: user.email };
    if (newHash !== null) {
      await revokeEmailTokens(tx, "resetPassword", id);
      await recordAudit(tx, ctx, { action: "account.passwordChanged", actor, target });
    }
    const details = ctx.settings.acceptsPasswords ? null : { breakGlass: true };
    await recordAudit(tx, ctx, { action: "account.signedIn", actor, target, details });
    return { user, session: await openSession(tx, ctx, id) };
  });
}
