import { randomBytes } from "node:crypto";

import { type Executor, passkeyChallenges } from "@mdreader/db";
import { and, desc, eq, inArray, isNull } from "drizzle-orm";

import { AppError } from "../../errors.ts";
import type { Ports } from "../../ports.ts";
import { hashSecret } from "../secrets.ts";

const lifetimeSeconds = 300;
/** The time for which browsers wait for the person, in milliseconds. */
export const ceremonyTimeoutMs = lifetimeSeconds * 1000;
/** Maximum number of challenges per account. New ones replace the oldest. */
const maxPendingChallenges = 10;

/** The purpose and the owner of a challenge. */
export type ChallengeBinding =
  | { purpose: "login"; userId: null; sessionId: null }
  | { purpose: "secondFactor"; userId: string; sessionId: null }
  | { purpose: "creation" | "confirmation"; userId: string; sessionId: string };

/** Creates a challenge. @returns 32 random bytes, in base64url. */
export async function createChallenge(
  { database: { db }, clock }: Pick<Ports, "database" | "clock">,
  binding: ChallengeBinding,
): Promise<string> {
  const challenge = randomBytes(32).toString("base64url");
  const expiresAt = new Date(clock.now().getTime() + lifetimeSeconds * 1000).toISOString();
  await db.insert(passkeyChallenges).values({ ...binding, challengeHash: hashSecret(challenge), expiresAt });
  if (binding.userId !== null) await deleteOldest(db, binding.userId);
  return challenge;
}

async function deleteOldest(db: Executor, owner: string): Promise<void> {
  const { id, userId } = passkeyChallenges;
  const surplus = db
    .select({ id })
    .from(passkeyChallenges)
    .where(eq(userId, owner))
    .orderBy(desc(id))
    .offset(maxPendingChallenges);
  await db.delete(passkeyChallenges).where(inArray(id, surplus));
}

/**
 * Uses a challenge up, whether or not what follows succeeds. Of two concurrent uses, one fails.
 * @throws AppError PASSKEY_CHALLENGE_INVALID for a challenge that is unknown, used or expired, or has another binding.
 */
export async function consumeChallenge(
  { database: { db }, clock }: Pick<Ports, "database" | "clock">,
  challenge: string,
  { purpose, userId, sessionId }: ChallengeBinding,
): Promise<void> {
  const [used] = await db
    .delete(passkeyChallenges)
    .where(
      and(
        eq(passkeyChallenges.challengeHash, hashSecret(challenge)),
        eq(passkeyChallenges.purpose, purpose),
        userId === null ? isNull(passkeyChallenges.userId) : eq(passkeyChallenges.userId, userId),
        sessionId === null ? isNull(passkeyChallenges.sessionId) : eq(passkeyChallenges.sessionId, sessionId),
      ),
    )
    .returning({ expiresAt: passkeyChallenges.expiresAt });
  if (used === undefined || Date.parse(used.expiresAt) <= clock.now().getTime())
    throw new AppError("PASSKEY_CHALLENGE_INVALID");
}

/** Voids the challenges of an account, whose confirmations are older than its new second factor. */
export async function deleteChallenges(db: Executor, userId: string): Promise<void> {
  await db.delete(passkeyChallenges).where(eq(passkeyChallenges.userId, userId));
}
