import type { EmptyResult } from "@mdreader/contract";
import { apiKeys, users } from "@mdreader/db";
import { and, eq, inArray, isNull } from "drizzle-orm";

import type { WorkspaceAccess } from "../../access/authorize.ts";
import { mutateMembers } from "../../access/authorized-transaction.ts";
import { publishKeyRevoked, publishMembershipChanged } from "../../access/monitor/access-changes.ts";
import { recordAudit } from "../../auth/admin/audit/record.ts";
import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { removeMembership } from "../member/membership.ts";

/**
 * Revokes a key that belongs to a workspace, and its pending invitations: the next call with it is rejected. Its service
 * account remains, so that what it wrote keeps its name.
 * @throws AppError NOT_FOUND.
 */
export async function revokeWorkspaceApiKey(
  ctx: Context,
  access: WorkspaceAccess<"apiKey.revoke">,
  { id }: { id: string },
): Promise<EmptyResult> {
  const { workspaceId, caller } = access;
  const revoked = await mutateMembers(ctx, "apiKey.revoke", access, {}, async (change) => {
    const { tx } = change;
    const accounts = tx.select({ id: users.id }).from(users).where(eq(users.isServiceAccount, true));
    const [found] = await tx
      .update(apiKeys)
      .set({ revokedAt: ctx.clock.now().toISOString() })
      .where(
        and(
          eq(apiKeys.id, id),
          eq(apiKeys.workspaceId, workspaceId),
          isNull(apiKeys.revokedAt),
          inArray(apiKeys.userId, accounts),
        ),
      )
      .returning({ name: apiKeys.name, secretHash: apiKeys.secretHash, userId: apiKeys.userId });
    if (found === undefined) throw new AppError("NOT_FOUND");
    await removeMembership(ctx, change, found);
    await recordAudit(tx, ctx, {
      action: "apiKey.revoked",
      actor: caller,
      target: { id, name: found.name },
      workspaceId,
    });
    return found;
  });
  publishKeyRevoked(ctx, revoked.secretHash);
  publishMembershipChanged(ctx, workspaceId, revoked.userId);
  return { ok: true };
}
