import type { EmptyResult } from "@mdreader/contract";
import { apiKeys } from "@mdreader/db";
import { and, eq, isNull } from "drizzle-orm";

import type { Access } from "../../access/authorize.ts";
import { publishKeyRevoked } from "../../access/monitor/access-changes.ts";
import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { recordAudit } from "../admin/audit/record.ts";

/** Revokes a key: the next call with it is rejected. @throws AppError NOT_FOUND. */
export async function revokeApiKey(
  ctx: Context,
  { caller }: Access<"account.manage">,
  { id }: { id: string },
): Promise<EmptyResult> {
  const revoked = await ctx.database.db.transaction(async (tx) => {
    const [found] = await tx
      .update(apiKeys)
      .set({ revokedAt: ctx.clock.now().toISOString() })
      .where(and(eq(apiKeys.id, id), eq(apiKeys.userId, caller.userId), isNull(apiKeys.revokedAt)))
      .returning({ name: apiKeys.name, secretHash: apiKeys.secretHash });
    if (found === undefined) throw new AppError("NOT_FOUND");
    await recordAudit(tx, ctx, { action: "apiKey.revoked", actor: caller, target: { id, name: found.name } });
    return found;
  });
  publishKeyRevoked(ctx, revoked.secretHash);
  return { ok: true };
}
