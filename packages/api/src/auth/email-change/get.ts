import type { EmailChange } from "@mdreader/contract";
import { emailChanges } from "@mdreader/db";
import { and, eq, isNotNull } from "drizzle-orm";

import type { Access } from "../../access/authorize.ts";
import type { Context } from "../../context.ts";
import { isEmailChangeUnexpired } from "./pending.ts";

/** The pending change of the caller's address. */
export async function getEmailChange(
  ctx: Context,
  { caller }: Access<"account.manage">,
): Promise<EmailChange> {
  const { newEmail, agreedAt, provenAt, createdAt, expiresAt, userId } = emailChanges;
  const [pending = null] = await ctx.database.db
    .select({
      newEmail,
      isAgreed: isNotNull(agreedAt).mapWith(Boolean),
      isProven: isNotNull(provenAt).mapWith(Boolean),
      createdAt,
      expiresAt,
    })
    .from(emailChanges)
    .where(and(eq(userId, caller.userId), isEmailChangeUnexpired(ctx)));
  return { pending };
}
