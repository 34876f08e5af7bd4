import type { EmptyResult } from "@mdreader/contract";

import type { Access } from "../../access/authorize.ts";
import type { Context } from "../../context.ts";
import { decideDevice } from "./decide.ts";

/**
 * Lets a device sign in to the caller's account. The device collects its session while the caller's lasts.
 * @throws AppError DEVICE_CODE_INVALID; RATE_LIMITED.
 */
export const approveDevice = (
  ctx: Context,
  access: Access<"account.manage">,
  { userCode }: { userCode: string },
): Promise<EmptyResult> => decideDevice(ctx, access, userCode, "approved");
