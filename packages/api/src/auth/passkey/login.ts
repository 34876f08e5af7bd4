import type { PasskeyLoginInput, SignedIn } from "@mdreader/contract";
import { type Tx, users } from "@mdreader/db";
import { and, eq, isNull } from "drizzle-orm";

import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { userColumns } from "../account/columns.ts";
import { recordAudit } from "../admin/audit/record.ts";
import { isPasswordAccepted } from "../password/password-policy.ts";
import { clientNetworkKey } from "../rate-limit-keys.ts";
import { issueTokens, openSession } from "../session/lifecycle.ts";
import { assertDeliverable, toTokenResponse } from "../session/token-delivery.ts";
import { recheckPasskey } from "./use-passkey.ts";
import { type VerifiedPasskey, verifyPasskey } from "./verify.ts";

/**
 * Signs a person in with a passkey, which counts as both factors: they have it, and its authenticator has verified them. What
 * their account allows is revealed only to somebody who has it.
 * @throws AppError PASSKEY_CHALLENGE_INVALID; PASSKEY_INVALID; ACCOUNT_SUSPENDED; PASSWORD_SIGN_IN_DISABLED on a server that is
 *   used through identity providers only, except for superusers; PASSKEY_PASSWORD_REQUIRED after a reset of the password;
 *   PASSWORD_CHANGE_REQUIRED when an administrator requires a new password; RATE_LIMITED.
 */
export async function loginWithPasskey(
  ctx: Context,
  { passkey: assertion, refreshTokenDelivery }: PasskeyLoginInput,
): Promise<SignedIn> {
  assertDeliverable(ctx, refreshTokenDelivery);
  await ctx.limiter.consume("passkey", clientNetworkKey(ctx));
  const passkey = await verifyPasskey(ctx, assertion, { purpose: "login", userId: null, sessionId: null });
  const { user, session } = await recordRefusal(ctx, passkey, () =>
    ctx.database.db.transaction((tx) => openPasskeySession(tx, ctx, passkey)),
  );
  return { user, ...toTokenResponse(ctx, await issueTokens(ctx, session), refreshTokenDelivery) };
}

/** Records in the audit log that somebody with a valid passkey was refused. */
async function recordRefusal<T>(
  ctx: Context,
  { userId, email, name }: VerifiedPasskey,
  attempt: () => Promise<T>,
): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    await recordAudit(ctx.database.db, ctx, {
      action: "account.signInFailed",
      actor: null,
      target: { id: userId, name: email },
      details: { passkey: name, reason: error.reason },
    });
    throw error;
  }
}

async function openPasskeySession(tx: Tx, ctx: Context, passkey: VerifiedPasskey) {
  const { id: passkeyId, userId } = passkey;
  const [updated] = await tx
    .update(users)
    .set({ lastLoginAt: ctx.clock.now().toISOString() })
    .where(and(eq(users.id, userId), isNull(users.deactivatedAt)))
    .returning({ user: userColumns, passwordChangeRequired: users.passwordChangeRequired });
  if (updated === undefined) throw new AppError("ACCOUNT_SUSPENDED");
  const { user, passwordChangeRequired } = updated;
  if (!isPasswordAccepted(ctx, user)) throw new AppError("PASSWORD_SIGN_IN_DISABLED");
  if (passwordChangeRequired) throw new AppError("PASSWORD_CHANGE_REQUIRED");
  if (await recheckPasskey(tx, passkey)) throw new AppError("PASSKEY_PASSWORD_REQUIRED");
  await recordAudit(tx, ctx, {
    action: "account.signedIn",
    actor: { userId },
    target: { id: userId, name: user.email },
    details: { passkey: passkey.name, ...(!ctx.settings.acceptsPasswords && { breakGlass: true }) },
  });
  return { user, session: await openSession(tx, ctx, userId, { passkeyId }) };
}
