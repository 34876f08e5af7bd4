import type { EmptyResult } from "@mdreader/contract";
import { workspaces } from "@mdreader/db";
import { eq } from "drizzle-orm";

import type { Access } from "../../../access/authorize.ts";
import type { Context } from "../../../context.ts";
import { AppError } from "../../../errors.ts";
import { recordAudit } from "../audit/record.ts";
import { mutateInstance } from "../mutate-instance.ts";

/**
 * Sets the quota of a workspace; null for the instance's default. A quota below the current size stops uploads, and
 * deletes nothing.
 * @throws AppError NOT_FOUND
 */
export async function setQuota(
  ctx: Context,
  access: Access<"instance.updateQuota">,
  { id, quotaBytes }: { id: string; quotaBytes: number | null },
): Promise<EmptyResult> {
  await mutateInstance(ctx, access, async (tx) => {
    const [changed] = await tx
      .update(workspaces)
      .set({ quotaBytes })
      .where(eq(workspaces.id, id))
      .returning({ name: workspaces.name });
    if (changed === undefined) throw new AppError("NOT_FOUND");
    await recordAudit(tx, ctx, {
      action: "quota.updated",
      actor: access.caller,
      target: { id, name: changed.name },
      workspaceId: id,
      details: { quotaBytes },
    });
  });
  return { ok: true };
}
