import type { LoginInput, SignedIn } from "@mdreader/contract";
import { users } from "@mdreader/db";
import { and, eq, isNull } from "drizzle-orm";

import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { userColumns } from "../account/columns.ts";
import { recordAudit } from "../admin/audit/record.ts";
import { revokeEmailTokens } from "../email/email-tokens.ts";
import { type VerifiedPasskey, verifyPasskey } from "../passkey/verify.ts";
import { createPasswordChangeColumns } from "../password/password-changed.ts";
import { accountNetworkKey, clientNetworkKey } from "../rate-limit-keys.ts";
import { consumeSecondFactor, type PresentedFactor } from "../second-factor/use-factor.ts";
import { openSession, issueTokens } from "./lifecycle.ts";
import { assertDeliverable, toTokenResponse } from "./token-delivery.ts";
import { verifyPassword } from "./verify-password.ts";

/**
 * Signs a user in with their password, and a code or a passkey if they have a second factor.
 * @throws AppError those of `verifyPassword`; PASSWORD_CHANGE_REQUIRED, when an administrator requires a new password and
 *   the input has none; SECOND_FACTOR_REQUIRED without a code or a passkey, SECOND_FACTOR_WRONG with a wrong or used code, and
 *   those of `verifyPasskey`, if the account has a second factor and the password is right.
 */
export async function login(ctx: Context, input: LoginInput): Promise<SignedIn> {
  const { email, refreshTokenDelivery } = input;
  assertDeliverable(ctx, refreshTokenDelivery);
  const account = await verifyPassword(ctx, input);
  const newHash = account.passwordChangeRequired ? await hashNewPassword(ctx, input) : null;
  const { user, session } = await recordWrongFactor(ctx, account, email, async () => {
    const passkey = await verifyLoginPasskey(ctx, account, input.passkey);
    return openPasswordSession(ctx, account, newHash, { code: input.code, passkey });
  });
  await ctx.limiter.reset("login.account", accountNetworkKey(ctx, email));
  return { user, ...toTokenResponse(ctx, await issueTokens(ctx, session), refreshTokenDelivery) };
}

/** Verifies the passkey that a person uses as their second factor, if any. */
const verifyLoginPasskey = async (
  ctx: Context,
  { id: userId }: { id: string },
  passkey: LoginInput["passkey"],
): Promise<VerifiedPasskey | undefined> =>
  passkey && verifyPasskey(ctx, passkey, { purpose: "secondFactor", userId, sessionId: null });

const wrongFactors = new Set<AppError["reason"]>([
  "SECOND_FACTOR_WRONG",
  "PASSKEY_INVALID",
  "PASSKEY_CHALLENGE_INVALID",
]);

/** Records in the audit log that the password was right, but the second factor was wrong. */
async function recordWrongFactor<T>(
  ctx: Context,
  { id }: { id: string },
  email: string,
  attempt: () => Promise<T>,
): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    if (error instanceof AppError && wrongFactors.has(error.reason)) {
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
 * @param factor The second factor, if any.
 */
function openPasswordSession(
  ctx: Context,
  { id, passwordHash }: { id: string; passwordHash: string },
  newHash: string | null,
  factor: PresentedFactor,
) {
  return ctx.database.db.transaction(async (tx) => {
    const [updated] = await tx
      .update(users)
      .set({
        lastLoginAt: ctx.clock.now().toISOString(),
        ...(newHash !== null && { passwordHash: newHash, ...createPasswordChangeColumns(ctx) }),
      })
      .where(and(eq(users.id, id), eq(users.passwordHash, passwordHash), isNull(users.deactivatedAt)))
      .returning({ user: userColumns, passwordChangeRequired: users.passwordChangeRequired });
    if (updated === undefined) throw new AppError("BAD_CREDENTIALS");
    const { user, passwordChangeRequired } = updated;
    // It may be required since the password was checked.
    if (passwordChangeRequired) throw new AppError("PASSWORD_CHANGE_REQUIRED");
    await consumeSecondFactor(tx, ctx, user, factor);
    const actor = { userId: id };
    const target = { id, name: user.email };
    if (newHash !== null) {
      await revokeEmailTokens(tx, "resetPassword", id);
      await recordAudit(tx, ctx, { action: "account.passwordChanged", actor, target });
    }
    const details = ctx.settings.acceptsPasswords ? null : { breakGlass: true };
    await recordAudit(tx, ctx, { action: "account.signedIn", actor, target, details });
    return { user, session: await openSession(tx, ctx, id, { passkeyId: factor.passkey?.id ?? null }) };
  });
}
