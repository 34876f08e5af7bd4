import { createId, emailChanges, users } from "@mdreader/db";
import { eq } from "drizzle-orm";

import { createSecret, hashSecret } from "../auth/secrets.ts";
import type { TestApp } from "./app.ts";

/** Inserts a pending change of a user's address. @returns The tokens of its links. */
export async function insertEmailChange(
  { services }: TestApp,
  userId: string,
): Promise<{ agreement: string; proof: string }> {
  const { db } = services.database;
  const [user] = await db.select({ email: users.email }).from(users).where(eq(users.id, userId));
  if (user === undefined) throw new Error("the user does not exist");
  const agreement = createSecret();
  const proof = createSecret();
  await db.insert(emailChanges).values({
    userId,
    currentEmail: user.email,
    newEmail: `${createId()}@example.test`,
    agreementTokenHash: hashSecret(agreement),
    proofTokenHash: hashSecret(proof),
    expiresAt: new Date(services.clock.now().getTime() + 3_600_000).toISOString(),
  });
  return { agreement, proof };
}
