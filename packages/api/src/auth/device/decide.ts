import type { EmptyResult } from "@mdreader/contract";
import { deviceAuthorizations } from "@mdreader/db";

import type { Access } from "../../access/authorize.ts";
import { lockCaller } from "../../access/locks.ts";
import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { recordAudit } from "../admin/audit/record.ts";
import { countCodeAttempt, isPendingCode } from "./pending.ts";

/**
 * Decides about the sign-in of a device, once, and records it.
 * @throws AppError DEVICE_CODE_INVALID; RATE_LIMITED.
 */
export async function decideDevice(
  ctx: Context,
  access: Access<"account.manage">,
  userCode: string,
  decision: "approved" | "denied",
): Promise<EmptyResult> {
  await countCodeAttempt(ctx, access);
  const { caller } = access;
  await ctx.database.db.transaction(async (tx) => {
    await lockCaller(tx, caller);
    const [updated] = await tx
      .update(deviceAuthorizations)
      .set({ decision, sessionId: caller.sessionId })
      .where(isPendingCode(ctx, userCode))
      .returning({
        id: deviceAuthorizations.id,
        clientName: deviceAuthorizations.clientName,
        ipAddress: deviceAuthorizations.ipAddress,
      });
    if (updated === undefined) throw new AppError("DEVICE_CODE_INVALID");
    await recordAudit(tx, ctx, {
      action: `device.${decision}`,
      actor: caller,
      target: { id: updated.id, name: updated.clientName },
      details: { deviceAddress: updated.ipAddress },
    });
  });
  return { ok: true };
}
