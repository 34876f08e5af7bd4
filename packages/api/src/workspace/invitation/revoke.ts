import type { EmptyResult } from "@mdreader/contract";
import { workspaceInvitations } from "@mdreader/db";
import { and, eq } from "drizzle-orm";

import type { WorkspaceAccess } from "../../access/authorize.ts";
import { mutateWorkspace } from "../../access/authorized-transaction.ts";
import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { assertCanManageRole } from "../member/manage-role.ts";
import { revokePendingInvitations } from "./revoke-pending.ts";

/**
 * Revokes an invitation.
 * @throws AppError NOT_FOUND for an invitation that is not pending in this workspace; ROLE_TOO_LOW for a role that the
 *   caller may not grant.
 */
export async function revokeInvitation(
  ctx: Context,
  access: WorkspaceAccess<"invitation.revoke">,
  { id }: { id: string },
): Promise<EmptyResult> {
  await mutateWorkspace(ctx, "invitation.revoke", access, async (mutation) => {
    const { tx, workspaceId, role: callerRole } = mutation;
    const [found] = await tx
      .select({ role: workspaceInvitations.role })
      .from(workspaceInvitations)
      .where(and(eq(workspaceInvitations.id, id), eq(workspaceInvitations.workspaceId, workspaceId)));
    if (found === undefined) throw new AppError("NOT_FOUND");
    assertCanManageRole(callerRole, found.role);
    const revoked = await revokePendingInvitations(ctx, mutation, eq(workspaceInvitations.id, id));
    if (revoked === 0) throw new AppError("NOT_FOUND");
  });
  return { ok: true };
}
