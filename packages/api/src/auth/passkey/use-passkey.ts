import { type Executor, passkeys } from "@mdreader/db";
import { eq } from "drizzle-orm";

import { AppError } from "../../errors.ts";
import type { VerifiedPasskey } from "./verify.ts";

/**
 * Checks that a verified passkey has not been removed, once its account is locked.
 * @returns Whether it needs the password too.
 * @throws AppError PASSKEY_INVALID
 */
export async function recheckPasskey(db: Executor, { id }: VerifiedPasskey): Promise<boolean> {
  const [found] = await db
    .select({ needsPassword: passkeys.needsPassword })
    .from(passkeys)
    .where(eq(passkeys.id, id));
  if (found === undefined) throw new AppError("PASSKEY_INVALID");
  return found.needsPassword;
}

/** Accepts a passkey as the second factor after the password, and alone from then on. @throws AppError PASSKEY_INVALID */
export async function usePasskeyWithPassword(db: Executor, { id }: VerifiedPasskey): Promise<void> {
  const [used] = await db
    .update(passkeys)
    .set({ needsPassword: false })
    .where(eq(passkeys.id, id))
    .returning({ id: passkeys.id });
  if (used === undefined) throw new AppError("PASSKEY_INVALID");
}

/**
 * Accepts an account's passkeys only together with the password, after it was reset, because an intruder may have added
 * one. They remain a second factor, so that a link in an email alone opens nothing.
 */
export async function requirePasswordWithPasskeys(db: Executor, userId: string): Promise<void> {
  await db.update(passkeys).set({ needsPassword: true }).where(eq(passkeys.userId, userId));
}
