import type { Workspace } from "@mdreader/contract";
import { workspaces } from "@mdreader/db";
import { and, eq, isNotNull } from "drizzle-orm";

import type { WorkspaceAccess } from "../access/authorize.ts";
import { mutateMembers } from "../access/authorized-transaction.ts";
import type { Context } from "../context.ts";
import { AppError } from "../errors.ts";
import { workspaceColumns } from "./columns.ts";

/**
 * Restores a workspace from the trash with exactly its former contents, including its own trash, because deleting a
 * workspace changes nothing inside it.
 */
export function restoreWorkspace(
  ctx: Context,
  access: WorkspaceAccess<"workspace.restore">,
): Promise<Workspace> {
  return mutateMembers(ctx, "workspace.restore", access, {}, async ({ tx, role, emit }) => {
    const [restored] = await tx
      .update(workspaces)
      .set({ deletedAt: null })
      .where(and(eq(workspaces.id, access.workspaceId), isNotNull(workspaces.deletedAt)))
      .returning(workspaceColumns);
    if (restored === undefined) throw new AppError("NOT_FOUND");
    emit({ kind: "workspace.restored", subjectName: restored.name });
    return { ...restored, role };
  });
}
