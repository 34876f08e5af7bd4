import type { RecoveryCodes } from "@mdreader/contract";
import { authSessions, secondFactors } from "@mdreader/db";
import { eq, sql } from "drizzle-orm";

import type { Access } from "../../access/authorize.ts";
import { lockCaller } from "../../access/locks.ts";
import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { recordAudit } from "../admin/audit/record.ts";
import { sendBestEffort } from "../email/send-mail.ts";
import { deleteChallenges } from "../passkey/challenges.ts";
import { endSessions, isOwnSession, publishSessionsEnded } from "../session/lifecycle.ts";
import { replaceRecoveryCodes } from "./recovery-codes.ts";
import { readAuthenticatorAppTime } from "./requirement.ts";
import { createSetupTokens } from "./setup-tokens.ts";
import { findTotpStep, sealTotpSecret } from "./totp-secret.ts";

/**
 * Turns the second factor on, or replaces it, with the first code of the authenticator app. Ends all other sessions,
 * which were opened without it.
 * @throws AppError SECOND_FACTOR_SETUP_INVALID for a token that is invalid, was made for another session, or was made
 *   before the second factor changed; SECOND_FACTOR_WRONG; RATE_LIMITED.
 */
export async function confirmSecondFactor(
  ctx: Context,
  { caller }: Access<"account.secureSignIn">,
  { token, code }: { token: string; code: string },
): Promise<RecoveryCodes> {
  const { userId, sessionId } = caller;
  await ctx.limiter.consume("secondFactor", userId);
  const setup = await createSetupTokens(ctx).open(token);
  if (setup === null || setup.userId !== userId || setup.sessionId !== sessionId)
    throw new AppError("SECOND_FACTOR_SETUP_INVALID");
  const lastUsedStep = findTotpStep(ctx, setup.secret, code.replaceAll(/\s/g, ""));
  if (lastUsedStep === null) throw new AppError("SECOND_FACTOR_WRONG");
  const secret = await sealTotpSecret(ctx, userId, setup.secret);
  const { account, codes, ended } = await ctx.database.db.transaction(async (tx) => {
    const locked = await lockCaller(tx, caller);
    if ((await readAuthenticatorAppTime(tx, userId)) !== setup.replaces)
      throw new AppError("SECOND_FACTOR_SETUP_INVALID");
    await tx
      .insert(secondFactors)
      .values({ userId, secret, lastUsedStep })
      .onConflictDoUpdate({
        target: secondFactors.userId,
        set: { secret, lastUsedStep, createdAt: sql`now()` },
      });
    await deleteChallenges(tx, userId);
    await tx.update(authSessions).set({ needsSecondFactor: false }).where(eq(authSessions.userId, userId));
    await recordAudit(tx, ctx, {
      action: "secondFactor.enabled",
      actor: caller,
      target: { id: userId, name: locked.email },
    });
    return {
      account: locked,
      codes: await replaceRecoveryCodes(tx, userId),
      ended: await endSessions(tx, ctx, isOwnSession(userId, { except: sessionId })),
    };
  });
  publishSessionsEnded(ctx, ended);
  await sendBestEffort(ctx, { kind: "secondFactorEnabled", to: account.email, username: account.username });
  return { recoveryCodes: codes };
}
