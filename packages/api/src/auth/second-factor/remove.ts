import { type Executor, recoveryCodes, secondFactors } from "@mdreader/db";
import { eq } from "drizzle-orm";

/** Removes the account's second factor and its recovery codes. @returns Whether it had one. */
export async function removeSecondFactor(tx: Executor, userId: string): Promise<boolean> {
  await tx.delete(recoveryCodes).where(eq(recoveryCodes.userId, userId));
  const removed = await tx
    .delete(secondFactors)
    .where(eq(secondFactors.userId, userId))
    .returning({ userId: secondFactors.userId });
  return removed.length > 0;
}
