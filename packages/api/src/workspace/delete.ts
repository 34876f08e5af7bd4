import type { EmptyResult } from "@mdreader/contract";
import { workspaces } from "@mdreader/db";
import { and, eq, isNull } from "drizzle-orm";

import type { WorkspaceAccess } from "../access/authorize.ts";
import { mutateMembers } from "../access/authorized-transaction.ts";
import { publishWorkspaceDeleted } from "../access/monitor/access-changes.ts";
import type { Context } from "../context.ts";
import { AppError } from "../errors.ts";

/**
 * Moves a workspace with all its contents to the trash. It is inaccessible to everyone until an owner restores it or
 * the trash is emptied. Open connections end immediately.
 */
export async function deleteWorkspace(
  ctx: Context,
  access: WorkspaceAccess<"workspace.delete">,
): Promise<EmptyResult> {
  const { workspaceId } = access;
  await mutateMembers(ctx, "workspace.delete", access, { deletionState: "trash" }, async ({ tx, emit }) => {
    const [deleted] = await tx
      .update(workspaces)
      .set({ deletedAt: ctx.clock.now().toISOString() })
      .where(and(eq(workspaces.id, workspaceId), isNull(workspaces.deletedAt)))
      .returning({ name: workspaces.name });
    if (deleted === undefined) throw new AppError("NOT_FOUND");
    emit({ kind: "workspace.deleted", subjectName: deleted.name });
  });
  publishWorkspaceDeleted(ctx, workspaceId);
  return { ok: true };
}
