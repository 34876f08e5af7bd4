import type { AccountAction, SecondFactorConfirmation } from "@mdreader/contract";

import type { Access } from "../../access/authorize.ts";
import type { Context } from "../../context.ts";
import { confirmPassword, type VerifiedAccount } from "../password/confirm-password.ts";
import { requireSecondFactor } from "./use-code.ts";

/**
 * Confirms that the person at the computer is still the one who signed in, before sensitive actions: by their password,
 * or a recent sign-in if they have none, and by a code if they have a second factor.
 * @throws AppError PASSWORD_WRONG; SIGN_IN_AGAIN; SECOND_FACTOR_REQUIRED; SECOND_FACTOR_WRONG; RATE_LIMITED.
 */
export async function stepUp(
  ctx: Context,
  access: Access<AccountAction>,
  { password, code }: SecondFactorConfirmation,
): Promise<VerifiedAccount> {
  const account = await confirmPassword(ctx, access, password);
  await requireSecondFactor(ctx.database.db, ctx, account, code);
  return account;
}
