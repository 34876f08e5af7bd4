import { emailTokens, type Executor, users } from "@mdreader/db";
import { and, eq, gt, isNull, sql } from "drizzle-orm";

import { AppError } from "../../errors.ts";
import type { GrantingLink, Ports } from "../../ports.ts";
import { hashSecret, createSecret } from "../secrets.ts";

export type EmailTokenPurpose = (typeof emailTokens.$inferSelect)["purpose"];

/** Lifetime of an emailed link, in seconds. */
const lifetimeSeconds: Record<EmailTokenPurpose, number> = { verifyEmail: 3 * 86_400, resetPassword: 3600 };

/**
 * The page that each link opens. The token is in the fragment, which browsers do not send, so it never appears in a
 * log.
 */
const pagePaths: Record<EmailTokenPurpose, string> = {
  verifyEmail: "verify-email",
  resetPassword: "reset-password",
};

/** Creates a link that proves that the reader receives mail at this address. Earlier links remain valid. */
export async function issueEmailToken(
  db: Executor,
  { clock, settings }: Pick<Ports, "clock" | "settings">,
  purpose: EmailTokenPurpose,
  user: { id: string; email: string },
): Promise<GrantingLink> {
  const secret = createSecret();
  const expiresAt = new Date(clock.now().getTime() + lifetimeSeconds[purpose] * 1000).toISOString();
  await db.insert(emailTokens).values({
    userId: user.id,
    email: user.email,
    purpose,
    tokenHash: hashSecret(secret),
    expiresAt,
  });
  return { url: `${settings.appUrl}/${pagePaths[purpose]}#token=${secret}`, expiresAt };
}

/** Revokes a user's unused links of this kind. */
export async function revokeEmailTokens(
  db: Executor,
  purpose: EmailTokenPurpose,
  userId: string,
): Promise<void> {
  await db
    .delete(emailTokens)
    .where(and(eq(emailTokens.userId, userId), eq(emailTokens.purpose, purpose), isNull(emailTokens.usedAt)));
}

/** A valid emailed token, and the account that it belongs to. */
export interface EmailToken {
  id: string;
  userId: string;
  email: string;
  username: string;
  isSuperuser: boolean;
  /** Whether the address was proven before. */
  emailVerified: boolean;
}

/** @throws AppError EMAIL_TOKEN_INVALID for a token that is unknown, used, expired, or was sent to a former address. */
export async function findEmailToken(
  db: Executor,
  { clock }: Pick<Ports, "clock">,
  purpose: EmailTokenPurpose,
  token: string,
): Promise<EmailToken> {
  const [found] = await db
    .select({
      id: emailTokens.id,
      userId: users.id,
      email: users.email,
      username: users.username,
      isSuperuser: users.isSuperuser,
      emailVerified: users.emailVerified,
    })
    .from(emailTokens)
    .innerJoin(users, and(eq(users.id, emailTokens.userId), eq(users.email, emailTokens.email)))
    .where(
      and(
        eq(emailTokens.tokenHash, hashSecret(token)),
        eq(emailTokens.purpose, purpose),
        isNull(emailTokens.usedAt),
        gt(emailTokens.expiresAt, clock.now().toISOString()),
        isNull(users.deactivatedAt),
      ),
    );
  if (found === undefined) throw new AppError("EMAIL_TOKEN_INVALID");
  return found;
}

/** Consumes a token. @throws AppError EMAIL_TOKEN_INVALID when a concurrent request has consumed it. */
export async function consumeEmailToken(db: Executor, { id }: EmailToken): Promise<void> {
  const used = await db
    .update(emailTokens)
    .set({ usedAt: sql`now()` })
    .where(and(eq(emailTokens.id, id), isNull(emailTokens.usedAt)))
    .returning({ id: emailTokens.id });
  if (used.length === 0) throw new AppError("EMAIL_TOKEN_INVALID");
}
