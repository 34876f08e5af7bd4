import type { EmailChangeConfirmed } from "@mdreader/contract";
import { emailChanges, type Tx, users } from "@mdreader/db";
import { eq, sql } from "drizzle-orm";

import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { findViolatedConstraint } from "../../util/database-errors.ts";
import { assertEmailAllowed } from "../account/registration.ts";
import { recordAudit } from "../admin/audit/record.ts";
import { sendBestEffort } from "../email/send-mail.ts";
import { type LockedEmailChange, lockEmailChange } from "./pending.ts";

/**
 * Agrees to a new address with the link to the current one, or proves the new one with its own link. The second of both
 * changes the address. Sessions, keys and the password stay; links that were emailed to the former address are void.
 * @throws AppError EMAIL_TOKEN_INVALID; EMAIL_TAKEN if another account has the new address; EMAIL_DOMAIN_NOT_ALLOWED if the
 *   instance no longer allows it.
 */
export async function confirmEmailChange(
  ctx: Context,
  { token }: { token: string },
): Promise<EmailChangeConfirmed> {
  try {
    const { state, change } = await ctx.database.db.transaction(async (tx) => {
      const locked = await lockEmailChange(tx, ctx, token);
      return { change: locked, state: await confirm(tx, ctx, locked) };
    });
    const { currentEmail, newEmail, username } = change;
    if (state === "changed")
      await sendBestEffort(ctx, { kind: "emailChanged", to: currentEmail, username, newEmail });
    return { state };
  } catch (error) {
    throw findViolatedConstraint(error) === "users_email_key" ? new AppError("EMAIL_TAKEN") : error;
  }
}

async function confirm(
  tx: Tx,
  ctx: Context,
  change: LockedEmailChange,
): Promise<EmailChangeConfirmed["state"]> {
  await assertEmailAllowed(tx, ctx, change.newEmail);
  if (change.link === "new") await assertEmailFree(tx, change);
  const isAgreed = change.isAgreed || change.link === "current";
  const isProven = change.isProven || change.link === "new";
  if (isAgreed && isProven) {
    await changeEmail(tx, ctx, change);
    return "changed";
  }
  const now = ctx.clock.now().toISOString();
  await tx
    .update(emailChanges)
    .set(change.link === "current" ? { agreedAt: now } : { provenAt: now })
    .where(eq(emailChanges.id, change.id));
  return isAgreed ? "waitsForProof" : "waitsForAgreement";
}

/** @throws AppError EMAIL_TAKEN, which only the reader of the new address's mail sees. */
async function assertEmailFree(tx: Tx, { newEmail }: LockedEmailChange): Promise<void> {
  const holders = await tx.select({ id: users.id }).from(users).where(eq(users.email, newEmail));
  if (holders.length > 0) throw new AppError("EMAIL_TAKEN");
}

async function changeEmail(
  tx: Tx,
  ctx: Context,
  { id, userId, currentEmail, newEmail }: LockedEmailChange,
): Promise<void> {
  const emailVerifiedAt = ctx.clock.now().toISOString();
  await tx
    .update(users)
    .set({ email: newEmail, emailVerified: true, emailVerifiedAt, updatedAt: sql`now()` })
    .where(eq(users.id, userId));
  await tx.delete(emailChanges).where(eq(emailChanges.id, id));
  await recordAudit(tx, ctx, {
    action: "account.emailChanged",
    actor: { userId },
    target: { id: userId, name: currentEmail },
    details: { newEmail },
  });
}
