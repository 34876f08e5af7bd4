import type { PendingDevice } from "@mdreader/contract";
import { deviceAuthorizations } from "@mdreader/db";

import type { Access } from "../../access/authorize.ts";
import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { countCodeAttempt, isPendingCode } from "./pending.ts";

/**
 * Describes the program that waits for the approval of this code.
 * @throws AppError DEVICE_CODE_INVALID; RATE_LIMITED.
 */
export async function getDevice(
  ctx: Context,
  access: Access<"account.manage">,
  { userCode }: { userCode: string },
): Promise<PendingDevice> {
  await countCodeAttempt(ctx, access);
  const { clientName, userAgent, ipAddress, createdAt, expiresAt } = deviceAuthorizations;
  const [found] = await ctx.database.db
    .select({ clientName, userAgent, ipAddress, createdAt, expiresAt })
    .from(deviceAuthorizations)
    .where(isPendingCode(ctx, userCode));
  if (found === undefined) throw new AppError("DEVICE_CODE_INVALID");
  return found;
}
