import { emailChanges, type Executor, type Tx, users } from "@mdreader/db";
import { and, eq, gt, isNull, or, type SQL } from "drizzle-orm";

import { AppError } from "../../errors.ts";
import type { Ports } from "../../ports.ts";
import { hashSecret } from "../secrets.ts";

/** The condition that a change has not expired. */
export const isEmailChangeUnexpired = ({ clock }: Pick<Ports, "clock">): SQL =>
  gt(emailChanges.expiresAt, clock.now().toISOString());

/** A pending change whose account and row are locked, found by one of its links. */
export interface LockedEmailChange {
  id: string;
  userId: string;
  username: string;
  currentEmail: string;
  newEmail: string;
  /** The address that the link was sent to. */
  link: "current" | "new";
  isAgreed: boolean;
  isProven: boolean;
}

/**
 * Finds a pending change by the token of one of its links, and locks its account and row until the commit.
 * @throws AppError EMAIL_TOKEN_INVALID for a token that is unknown or expired, or whose change has ended; and while the
 *   account is suspended.
 */
export async function lockEmailChange(
  tx: Tx,
  services: Pick<Ports, "clock">,
  token: string,
): Promise<LockedEmailChange> {
  const hash = hashSecret(token);
  const { agreementTokenHash, proofTokenHash, userId } = emailChanges;
  const byToken = and(
    or(eq(agreementTokenHash, hash), eq(proofTokenHash, hash)),
    isEmailChangeUnexpired(services),
  );
  const [found] = await tx.select({ userId }).from(emailChanges).where(byToken);
  if (found === undefined) throw new AppError("EMAIL_TOKEN_INVALID");
  // The account's row is locked first, as in every change.
  const [account] = await tx
    .select({ email: users.email, username: users.username })
    .from(users)
    .where(and(eq(users.id, found.userId), isNull(users.deactivatedAt)))
    .for("no key update");
  const [change] = await tx.select().from(emailChanges).where(byToken).for("update");
  if (account === undefined || change === undefined || change.currentEmail !== account.email)
    throw new AppError("EMAIL_TOKEN_INVALID");
  return {
    id: change.id,
    userId: change.userId,
    username: account.username,
    currentEmail: change.currentEmail,
    newEmail: change.newEmail,
    link: Buffer.from(hash).equals(change.agreementTokenHash) ? "current" : "new",
    isAgreed: change.agreedAt !== null,
    isProven: change.provenAt !== null,
  };
}

/** Ends an account's pending change, so that both links are void. @returns Whether there was one. */
export async function deleteEmailChange(
  db: Executor,
  services: Pick<Ports, "clock">,
  userId: string,
): Promise<boolean> {
  const deleted = await db
    .delete(emailChanges)
    .where(eq(emailChanges.userId, userId))
    .returning({ expiresAt: emailChanges.expiresAt });
  return deleted.some(({ expiresAt }) => Date.parse(expiresAt) > services.clock.now().getTime());
}
