import type { EmptyResult } from "@mdreader/contract";

import type { Access } from "../../access/authorize.ts";
import type { Context } from "../../context.ts";
import { decideDevice } from "./decide.ts";

/** Refuses the sign-in of a device. @throws AppError DEVICE_CODE_INVALID; RATE_LIMITED. */
export const denyDevice = (
  ctx: Context,
  access: Access<"account.manage">,
  { userCode }: { userCode: string },
): Promise<EmptyResult> => decideDevice(ctx, access, userCode, "denied");
