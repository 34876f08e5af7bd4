import type { EmptyResult } from "@mdreader/contract";
import { users } from "@mdreader/db";
import { and, eq, sql } from "drizzle-orm";

import type { Context } from "../../context.ts";
import { recordAudit } from "../admin/audit/record.ts";
import { findEmailToken, consumeEmailToken } from "./email-tokens.ts";

/**
 * Marks the address that the link was sent to as verified. Needs no sign-in, because email is often read on another
 * device.
 * @throws AppError EMAIL_TOKEN_INVALID.
 */
export async function verifyEmail(ctx: Context, { token }: { token: string }): Promise<EmptyResult> {
  const { db } = ctx.database;
  const found = await findEmailToken(db, ctx, "verifyEmail", token);
  await db.transaction(async (tx) => {
    await tx
      .update(users)
      .set({ emailVerified: true, emailVerifiedAt: ctx.clock.now().toISOString(), updatedAt: sql`now()` })
      .where(and(eq(users.id, found.userId), eq(users.email, found.email)));
    await consumeEmailToken(tx, found);
    await recordAudit(tx, ctx, {
      action: "account.emailVerified",
      actor: { userId: found.userId },
      target: { id: found.userId, name: found.email },
    });
  });
  return { ok: true };
}
