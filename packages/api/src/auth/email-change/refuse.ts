import type { EmptyResult } from "@mdreader/contract";

import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { recordAudit } from "../admin/audit/record.ts";
import { deleteEmailChange, lockEmailChange } from "./pending.ts";

/**
 * Refuses a new address with the link to the current one.
 * @throws AppError EMAIL_TOKEN_INVALID, also for the link to the new address.
 */
export async function refuseEmailChange(ctx: Context, { token }: { token: string }): Promise<EmptyResult> {
  await ctx.database.db.transaction(async (tx) => {
    const { link, userId, currentEmail, newEmail } = await lockEmailChange(tx, ctx, token);
    if (link === "new") throw new AppError("EMAIL_TOKEN_INVALID");
    await deleteEmailChange(tx, ctx, userId);
    await recordAudit(tx, ctx, {
      action: "account.emailChangeRefused",
      actor: { userId },
      target: { id: userId, name: currentEmail },
      details: { newEmail },
    });
  });
  return { ok: true };
}
