import type { PasskeyRequested, PasskeyStartSecondFactorInput } from "@mdreader/contract";

import type { Context } from "../../context.ts";
import { verifyPassword } from "../session/verify-password.ts";
import { createAccountRequest } from "./request-options.ts";

/**
 * Starts using a passkey as the second factor. Only somebody with the password learns whether the account has one.
 * @throws AppError those of `verifyPassword`; NOT_FOUND without a passkey.
 */
export async function startPasskeySecondFactor(
  ctx: Context,
  input: PasskeyStartSecondFactorInput,
): Promise<PasskeyRequested> {
  const { id: userId } = await verifyPassword(ctx, input);
  return { options: await createAccountRequest(ctx, { purpose: "secondFactor", userId, sessionId: null }) };
}
