import { type Executor, passkeys, recoveryCodes, secondFactors } from "@mdreader/db";
import { eq } from "drizzle-orm";

import { deleteChallenges } from "../passkey/challenges.ts";
import { hasSecondFactor } from "./requirement.ts";

/**
 * Removes the account's second factor: its authenticator app, its passkeys and its recovery codes.
 * @returns Whether it had one.
 */
export async function removeSecondFactor(tx: Executor, userId: string): Promise<boolean> {
  await tx.delete(recoveryCodes).where(eq(recoveryCodes.userId, userId));
  await deleteChallenges(tx, userId);
  const hadApp = await removeAuthenticatorApp(tx, userId);
  const removed = await tx.delete(passkeys).where(eq(passkeys.userId, userId)).returning({ id: passkeys.id });
  return hadApp || removed.length > 0;
}

/** Removes the account's authenticator app. @returns Whether it had one. */
export async function removeAuthenticatorApp(tx: Executor, userId: string): Promise<boolean> {
  const removed = await tx
    .delete(secondFactors)
    .where(eq(secondFactors.userId, userId))
    .returning({ userId: secondFactors.userId });
  return removed.length > 0;
}

/** Removes the recovery codes of an account whose last second factor was removed. */
export async function removeUselessRecoveryCodes(tx: Executor, userId: string): Promise<void> {
  if (!(await hasSecondFactor(tx, userId)))
    await tx.delete(recoveryCodes).where(eq(recoveryCodes.userId, userId));
}
