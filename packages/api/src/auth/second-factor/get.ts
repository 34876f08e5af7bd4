import type { SecondFactor } from "@mdreader/contract";
import { passkeys, recoveryCodes, secondFactors } from "@mdreader/db";
import { and, eq, isNull } from "drizzle-orm";

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
  const isUnused = and(eq(recoveryCodes.userId, userId), isNull(recoveryCodes.usedAt));
  const hasAuthenticatorApp = (await db.$count(secondFactors, eq(secondFactors.userId, userId))) > 0;
  const passkeyCount = await db.$count(passkeys, eq(passkeys.userId, userId));
  return {
    isEnabled: hasAuthenticatorApp || passkeyCount > 0,
    hasAuthenticatorApp,
    passkeyCount,
    recoveryCodesLeft: await db.$count(recoveryCodes, isUnused),
    isRequired: secondFactorRequired,
  };
}
