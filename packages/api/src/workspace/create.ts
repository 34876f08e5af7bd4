import type { Workspace, WorkspaceCreateInput } from "@mdreader/contract";
import { createId, type Tx, workspaceMembers, workspaces } from "@mdreader/db";
import { and, eq } from "drizzle-orm";

import type { Access } from "../access/authorize.ts";
import { lockAccount } from "../access/locks.ts";
import { assertEmailVerifiedIfRequired } from "../auth/account/registration.ts";
import { readInstanceSettings } from "../auth/admin/settings/instance-settings.ts";
import type { Context } from "../context.ts";
import { AppError } from "../errors.ts";
import { workspaceColumns } from "./columns.ts";
import { withEvents } from "./event-log.ts";

/** Maximum number of workspaces that a user may own, including those in the trash. */
export const maxOwnedWorkspaces = 1000;

/**
 * Creates a workspace with the caller as its owner.
 * @throws AppError LIMIT_REACHED when the caller already owns `maxOwnedWorkspaces` workspaces; SUPERUSER_REQUIRED where
 *   only superusers create workspaces; EMAIL_NOT_VERIFIED where domains of addresses are limited.
 */
export function createWorkspace(
  ctx: Context,
  { caller: { userId } }: Access<"account.createWorkspace">,
  { name, description, language }: WorkspaceCreateInput,
): Promise<Workspace> {
  const id = createId();
  return withEvents(ctx, { workspaceId: id, actorId: userId }, async (tx, emit) => {
    const account = await lockAccount(tx, userId);
    await assertEmailVerifiedIfRequired(tx, ctx, account);
    const { workspaceCreation } = await readInstanceSettings(tx, ctx);
    if (workspaceCreation === "superusers" && !account.isSuperuser) throw new AppError("SUPERUSER_REQUIRED");
    if ((await countOwned(tx, userId)) >= maxOwnedWorkspaces) throw new AppError("LIMIT_REACHED");
    const [created] = await tx
      .insert(workspaces)
      .values({ id, name, description, language, createdBy: userId })
      .returning(workspaceColumns);
    if (created === undefined) throw new Error("no workspace was inserted");
    await tx.insert(workspaceMembers).values({ workspaceId: id, userId, role: "owner" });
    emit({ kind: "workspace.created", subjectName: name });
    return { ...created, role: "owner" };
  });
}

function countOwned(tx: Tx, userId: string): Promise<number> {
  return tx.$count(
    workspaceMembers,
    and(eq(workspaceMembers.userId, userId), eq(workspaceMembers.role, "owner")),
  );
}
