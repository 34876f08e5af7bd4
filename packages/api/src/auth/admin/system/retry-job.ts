import type { EmptyResult } from "@mdreader/contract";

import type { Access } from "../../../access/authorize.ts";
import type { Context } from "../../../context.ts";
import { AppError } from "../../../errors.ts";
import { recordAudit } from "../audit/record.ts";
import { mutateInstance } from "../mutate-instance.ts";

/**
 * Queues a failed job again, in the transaction that writes the entry of the audit log.
 * @throws AppError NOT_FOUND
 */
export async function retryJob(
  ctx: Context,
  access: Access<"system.retryJob">,
  { id }: { id: string },
): Promise<EmptyResult> {
  await mutateInstance(ctx, access, async (tx) => {
    const queue = await ctx.operations.retryJob(tx, id);
    if (queue === null) throw new AppError("NOT_FOUND");
    await recordAudit(tx, ctx, {
      action: "job.retried",
      actor: access.caller,
      target: { id, name: queue },
    });
  });
  return { ok: true };
}
