import type {
  AccountAction,
  InstanceAction,
  PasskeyAssertion,
  SecondFactorConfirmation,
} from "@mdreader/contract";

import type { Access } from "../../access/authorize.ts";
import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { recheckPasskey } from "../passkey/use-passkey.ts";
import { type VerifiedPasskey, verifyPasskey } from "../passkey/verify.ts";
import { confirmPassword, readCallerAccount, type VerifiedAccount } from "../password/confirm-password.ts";
import { consumeSecondFactor } from "./use-factor.ts";

/**
 * Confirms the identity of a signed-in user before sensitive actions, with a passkey; or with their password, or a recent
 * sign-in if they have none, and with a code if they have a second factor.
 * @throws AppError PASSWORD_WRONG; SIGN_IN_AGAIN; SECOND_FACTOR_REQUIRED; SECOND_FACTOR_WRONG; those of `verifyPasskey`;
 *   RATE_LIMITED.
 */
export async function stepUp(
  ctx: Context,
  access: Access<AccountAction | InstanceAction>,
  { password, code, passkey: assertion }: SecondFactorConfirmation,
): Promise<VerifiedAccount> {
  const { db } = ctx.database;
  const passkey = assertion && (await verifyConfirmation(ctx, access, assertion));
  if (passkey !== undefined && !(await recheckPasskey(db, passkey))) return readCallerAccount(ctx, access);
  const account = await confirmPassword(ctx, access, password);
  await consumeSecondFactor(db, ctx, account, { code, passkey });
  return account;
}

async function verifyConfirmation(
  ctx: Context,
  { caller: { userId, sessionId } }: Access<AccountAction | InstanceAction>,
  assertion: PasskeyAssertion,
): Promise<VerifiedPasskey> {
  if (sessionId === null) throw new AppError("ACCOUNT_SESSION_REQUIRED");
  return verifyPasskey(ctx, assertion, { purpose: "confirmation", userId, sessionId });
}
