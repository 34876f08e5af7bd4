import { type Executor, secondFactors } from "@mdreader/db";
import { and, eq, lt } from "drizzle-orm";

import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { recordAudit } from "../admin/audit/record.ts";
import { usePasskeyWithPassword } from "../passkey/use-passkey.ts";
import type { VerifiedPasskey } from "../passkey/verify.ts";
import { consumeRecoveryCode } from "./recovery-codes.ts";
import { hasPasskey } from "./requirement.ts";
import { findTotpStep, openTotpSecret, sealTotpSecret } from "./totp-secret.ts";

/** Codes of authenticator apps have six digits. Recovery codes are longer. */
const totpCode = /^\d{6}$/;

/** The second factor that a person sends: a code, or a passkey that was verified. */
export interface PresentedFactor {
  code: string | undefined;
  passkey: VerifiedPasskey | undefined;
}

/**
 * Requires the account's second factor, if it has one, and uses up a code of it. Codes of the app are counted per account
 * before they are checked, wherever they come from; recovery codes can't be guessed.
 * @param db The transaction of what the factor confirms, so that a failure leaves a code usable.
 * @throws AppError SECOND_FACTOR_REQUIRED without a code or a passkey; SECOND_FACTOR_WRONG for a wrong or used code;
 *   PASSKEY_INVALID for a passkey that was removed; RATE_LIMITED.
 */
export async function consumeSecondFactor(
  db: Executor,
  ctx: Context,
  { id: userId, email }: { id: string; email: string },
  { code, passkey }: PresentedFactor,
): Promise<void> {
  if (passkey !== undefined) return usePasskeyWithPassword(db, passkey);
  const [factor] = await db
    .select({ secret: secondFactors.secret })
    .from(secondFactors)
    .where(eq(secondFactors.userId, userId));
  if (factor === undefined && !(await hasPasskey(db, userId))) return;
  if (code === undefined) throw new AppError("SECOND_FACTOR_REQUIRED");
  const compact = code.replaceAll(/\s/g, "");
  if (totpCode.test(compact)) {
    await ctx.limiter.consume("secondFactor", userId);
    await ctx.limiter.consume("secondFactor.daily", userId);
    if (factor === undefined || !(await consumeTotp(db, ctx, userId, factor.secret, compact)))
      throw new AppError("SECOND_FACTOR_WRONG");
    await ctx.limiter.reset("secondFactor.daily", userId);
    return;
  }
  if (!(await consumeRecoveryCode(db, userId, code))) throw new AppError("SECOND_FACTOR_WRONG");
  await recordAudit(db, ctx, {
    action: "secondFactor.recoveryCodeUsed",
    actor: { userId },
    target: { id: userId, name: email },
  });
}

/** Uses up the time step of a code, so that it and earlier ones are refused from then on. */
async function consumeTotp(
  db: Executor,
  ctx: Context,
  userId: string,
  sealed: string,
  code: string,
): Promise<boolean> {
  const opened = await openTotpSecret(ctx, userId, sealed);
  const step = opened === null ? null : findTotpStep(ctx, opened.secret, code);
  if (opened === null || step === null) return false;
  const used = await db
    .update(secondFactors)
    .set({
      lastUsedStep: step,
      ...(opened.isOutdated && { secret: await sealTotpSecret(ctx, userId, opened.secret) }),
    })
    .where(and(eq(secondFactors.userId, userId), lt(secondFactors.lastUsedStep, step)))
    .returning({ userId: secondFactors.userId });
  return used.length > 0;
}
