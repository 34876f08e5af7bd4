import type { Workspace, WorkspaceRequireSecondFactorInput } from "@mdreader/contract";
import { type Tx, workspaces } from "@mdreader/db";
import { eq, sql } from "drizzle-orm";

import type { WorkspaceAccess } from "../access/authorize.ts";
import { mutateWorkspaceExclusive } from "../access/authorized-transaction.ts";
import type { Caller } from "../access/identity.ts";
import { publishSecondFactorRequired } from "../access/monitor/access-changes.ts";
import { hasCallerSecondFactor } from "../access/second-factor-proof.ts";
import { recordAudit } from "../auth/admin/audit/record.ts";
import type { Context } from "../context.ts";
import { AppError } from "../errors.ts";
import { workspaceColumns } from "./columns.ts";

/**
 * Sets whether the workspace requires a second factor. Members without one lose access with the commit: changes
 * in progress are waited for, calls and edits read the setting, and open streams are told to check again.
 * @throws AppError WORKSPACE_SECOND_FACTOR_REQUIRED for a caller without a second factor, who would lose access.
 */
export async function requireSecondFactor(
  ctx: Context,
  access: WorkspaceAccess<"workspace.requireSecondFactor">,
  { isRequired }: WorkspaceRequireSecondFactorInput,
): Promise<Workspace> {
  const { workspaceId, caller } = access;
  const updated = await mutateWorkspaceExclusive(
    ctx,
    "workspace.requireSecondFactor",
    access,
    async ({ tx, role, emit }) => {
      // The account is locked, so that its factor isn't removed before the commit.
      await assertHasSecondFactor(tx, caller);
      const [row] = await tx
        .update(workspaces)
        .set({ secondFactorRequired: isRequired, updatedAt: sql`now()` })
        .where(eq(workspaces.id, workspaceId))
        .returning(workspaceColumns);
      if (row === undefined) throw new AppError("NOT_FOUND");
      await recordAudit(tx, ctx, {
        action: "workspace.secondFactorUpdated",
        actor: caller,
        target: { id: workspaceId, name: row.name },
        workspaceId,
        details: { isRequired },
      });
      emit({ kind: "workspace.updated", subjectName: row.name });
      return { ...row, role };
    },
  );
  if (isRequired) publishSecondFactorRequired(ctx, workspaceId);
  return updated;
}

/** @throws AppError WORKSPACE_SECOND_FACTOR_REQUIRED */
async function assertHasSecondFactor(tx: Tx, caller: Caller): Promise<void> {
  const [found] = await tx.execute<{ has: boolean }>(sql`select ${hasCallerSecondFactor(caller)} as has`);
  if (found?.has !== true) throw new AppError("WORKSPACE_SECOND_FACTOR_REQUIRED");
}
