import { randomBytes } from "node:crypto";

import { type Executor, recoveryCodes } from "@mdreader/db";
import { and, eq, isNull, sql } from "drizzle-orm";
import { Secret } from "otpauth";

import { hashSecret } from "../secrets.ts";

const codeCount = 10;
/** A code can't be guessed, so hashing it needs no key. */
const codeBytes = 10;

/** Replaces the account's recovery codes. @returns The new ones, in groups of four characters. */
export async function replaceRecoveryCodes(tx: Executor, userId: string): Promise<string[]> {
  const codes = Array.from({ length: codeCount }, createCode);
  await tx.delete(recoveryCodes).where(eq(recoveryCodes.userId, userId));
  await tx.insert(recoveryCodes).values(codes.map((code) => ({ userId, codeHash: hashCode(code) })));
  return codes.map((code) => code.replaceAll(/.{4}(?=.)/g, "$&-").toLowerCase());
}

/** Uses a recovery code up. @returns Whether it was valid. */
export async function consumeRecoveryCode(tx: Executor, userId: string, code: string): Promise<boolean> {
  const used = await tx
    .update(recoveryCodes)
    .set({ usedAt: sql`now()` })
    .where(
      and(
        eq(recoveryCodes.userId, userId),
        eq(recoveryCodes.codeHash, hashCode(code)),
        isNull(recoveryCodes.usedAt),
      ),
    )
    .returning({ id: recoveryCodes.id });
  return used.length > 0;
}

const createCode = () => new Secret({ buffer: Uint8Array.from(randomBytes(codeBytes)).buffer }).base32;

/** People type codes in any case, with or without hyphens. */
const hashCode = (code: string) => hashSecret(code.replaceAll(/[\s-]/g, "").toUpperCase());
