import type { EmptyResult } from "@mdreader/contract";

import type { WorkspaceAccess } from "../access/authorize.ts";
import { mutateMembers } from "../access/authorized-transaction.ts";
import { publishMembershipChanged } from "../access/monitor/access-changes.ts";
import type { Context } from "../context.ts";
import { AppError } from "../errors.ts";
import { requireLockedMember, setRole } from "./member/membership.ts";

/**
 * Makes another member an owner and the caller an admin, atomically.
 *
 * @throws AppError NOT_FOUND for a user who is not a member; BAD_INPUT for the caller themselves.
 */
export async function transferOwnership(
  ctx: Context,
  access: WorkspaceAccess<"workspace.transfer">,
  { userId }: { userId: string },
): Promise<EmptyResult> {
  const { workspaceId, caller } = access;
  if (userId === caller.userId) {
    throw new AppError("BAD_INPUT", { fieldErrors: { userId: ["must be another member"] } });
  }
  await mutateMembers(ctx, "workspace.transfer", access, { affectedUserIds: [userId] }, async (change) => {
    const successor = requireLockedMember(change, userId);
    await setRole(ctx, change, successor, "owner");
    await setRole(ctx, change, requireLockedMember(change, caller.userId), "admin");
    change.emit({
      kind: "workspace.transferred",
      subjectId: userId,
      subjectName: successor.username,
    });
  });
  publishMembershipChanged(ctx, workspaceId, userId);
  publishMembershipChanged(ctx, workspaceId, caller.userId);
  return { ok: true };
}
