import { deviceAuthorizations } from "@mdreader/db";
import { and, gt, inArray, isNull, type SQL } from "drizzle-orm";

import type { Access } from "../../access/authorize.ts";
import type { Context } from "../../context.ts";
import { clientNetworkKey } from "../rate-limit-keys.ts";
import { hashUserCode } from "./user-code.ts";

/** The condition on the sign-in with a user code that nobody has decided yet. */
export const isPendingCode = (ctx: Context, userCode: string): SQL | undefined =>
  and(
    inArray(deviceAuthorizations.userCodeHash, hashUserCode(ctx, userCode).accepted),
    isNull(deviceAuthorizations.decision),
    gt(deviceAuthorizations.expiresAt, ctx.clock.now().toISOString()),
  );

/** Counts a code that a person has entered, right or wrong, so that nobody can guess one. @throws AppError RATE_LIMITED */
export async function countCodeAttempt(ctx: Context, { caller }: Access<"account.manage">): Promise<void> {
  // In this order, one person can't use up the attempts of everyone in the network.
  await ctx.limiter.consume("device.code", caller.userId);
  await ctx.limiter.consume("device.network", clientNetworkKey(ctx));
}
