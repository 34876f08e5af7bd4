import type { SecondFactor } from "@mdreader/contract";
import { recoveryCodes, secondFactors } from "@mdreader/db";
import { and, count, eq, isNull } from "drizzle-orm";

import type { Access } from "../../access/authorize.ts";
import type { Context } from "../../context.ts";
import { readInstanceSettings } from "../admin/settings/instance-settings.ts";

/** Describes the second factor of the caller's account. */
export async function getSecondFactor(
  ctx: Context,
  { caller: { userId } }: Access<"account.secureSignIn">,
): Promise<SecondFactor> {
  const { db } = ctx.database;
  const { secondFactorRequired } = await readInstanceSettings(db, ctx);
  const [factor] = await db
    .select({ left: count(recoveryCodes.id) })
    .from(secondFactors)
    .leftJoin(
      recoveryCodes,
      and(eq(recoveryCodes.userId, secondFactors.userId), isNull(recoveryCodes.usedAt)),
    )
    .where(eq(secondFactors.userId, userId))
    .groupBy(secondFactors.userId);
  return {
    isEnabled: factor !== undefined,
    recoveryCodesLeft: factor?.left ?? 0,
    isRequired: secondFactorRequired,
  };
}
