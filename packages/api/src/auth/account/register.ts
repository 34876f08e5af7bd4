import type { RegisterInput, SignedIn } from "@mdreader/contract";
import { users } from "@mdreader/db";
import { eq } from "drizzle-orm";

import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { findViolatedConstraint } from "../../util/database-errors.ts";
import { recordAudit } from "../admin/audit/record.ts";
import { useSetupToken } from "../admin/setup-link.ts";
import { lockSuperusers } from "../admin/superusers.ts";
import { issueEmailToken } from "../email/email-tokens.ts";
import { sendBestEffort } from "../email/send-mail.ts";
import { assertPasswordsAccepted } from "../password/password-policy.ts";
import { clientNetworkKey } from "../rate-limit-keys.ts";
import { openSession, issueTokens } from "../session/lifecycle.ts";
import { assertDeliverable, toTokenResponse } from "../session/token-delivery.ts";
import { userColumns } from "./columns.ts";
import { assertMayRegister } from "./registration.ts";

/**
 * Creates an account and signs it in. The user receives an email to verify the address. Until then, everything works,
 * unless the instance limits the domains of addresses (see `assertEmailVerifiedIfRequired`).
 *
 * @throws AppError EMAIL_TAKEN, even when the username is taken too; USERNAME_TAKEN; PASSWORD_SIGN_IN_DISABLED;
 *   RATE_LIMITED;
 *   those of `assertMayRegister`.
 */
export async function register(ctx: Context, input: RegisterInput): Promise<SignedIn> {
  assertDeliverable(ctx, input.refreshTokenDelivery);
  assertPasswordsAccepted(ctx);
  await ctx.limiter.consume("register", clientNetworkKey(ctx));
  await assertMayRegister(ctx, input);
  const passwordHash = await ctx.passwords.hash(input.password, { owner: clientNetworkKey(ctx) });
  const { user, session, link } = await insertAccount(ctx, input, passwordHash);
  await sendBestEffort(ctx, { kind: "verifyEmail", to: user.email, username: user.username, ...link });
  return { user, ...toTokenResponse(ctx, await issueTokens(ctx, session), input.refreshTokenDelivery) };
}

async function insertAccount(ctx: Context, input: RegisterInput, passwordHash: string) {
  const { email, username, fullName, setupToken } = input;
  const now = ctx.clock.now().toISOString();
  try {
    return await ctx.database.db.transaction(async (tx) => {
      if (setupToken !== undefined) await lockSuperusers(tx);
      const [inserted] = await tx
        .insert(users)
        .values({ email, username, fullName, passwordHash, lastLoginAt: now, passwordChangedAt: now })
        .returning(userColumns);
      if (inserted === undefined) throw new Error("no user was inserted");
      await recordAudit(tx, ctx, {
        action: "account.registered",
        actor: { userId: inserted.id },
        target: { id: inserted.id, name: email },
      });
      if (setupToken !== undefined) await useSetupToken(tx, ctx, setupToken, inserted);
      const user = { ...inserted, isSuperuser: setupToken !== undefined };
      const session = await openSession(tx, ctx, user.id);
      return { user, session, link: await issueEmailToken(tx, ctx, "verifyEmail", user) };
    });
  } catch (error) {
    throw await toConflictError(ctx, email, error);
  }
}

/** Finds the reason for a failed insert. Postgres names one violated index, but a taken address is reported first. */
async function toConflictError({ database }: Context, email: string, error: unknown): Promise<unknown> {
  const violated = findViolatedConstraint(error);
  if (violated === "users_email_key") return new AppError("EMAIL_TAKEN");
  if (violated !== "users_username_key") return error;
  const [holder] = await database.db.select({ id: users.id }).from(users).where(eq(users.email, email));
  return new AppError(holder === undefined ? "USERNAME_TAKEN" : "EMAIL_TAKEN");
}
