import type { EmptyResult } from "@mdreader/contract";

import type { Access } from "../../access/authorize.ts";
import { lockCaller } from "../../access/locks.ts";
import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { recordAudit } from "../admin/audit/record.ts";
import { deleteEmailChange } from "./pending.ts";

/** Ends the pending change of the caller's address. @throws AppError NOT_FOUND without one. */
export async function cancelEmailChange(
  ctx: Context,
  { caller }: Access<"account.manage">,
): Promise<EmptyResult> {
  await ctx.database.db.transaction(async (tx) => {
    const { email } = await lockCaller(tx, caller);
    if (!(await deleteEmailChange(tx, ctx, caller.userId))) throw new AppError("NOT_FOUND");
    await recordAudit(tx, ctx, {
      action: "account.emailChangeCanceled",
      actor: caller,
      target: { id: caller.userId, name: email },
    });
  });
  return { ok: true };
}
