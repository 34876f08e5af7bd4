import type { PasskeyRequested } from "@mdreader/contract";

import type { Access } from "../../access/authorize.ts";
import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { createAccountRequest } from "./request-options.ts";

/** Starts confirming an action with a passkey of the caller. @throws AppError NOT_FOUND without one; RATE_LIMITED. */
export async function startPasskeyConfirmation(
  ctx: Context,
  { caller: { userId, sessionId } }: Access<"account.secureSignIn">,
): Promise<PasskeyRequested> {
  if (sessionId === null) throw new AppError("ACCOUNT_SESSION_REQUIRED");
  await ctx.limiter.consume("passkey", userId);
  return { options: await createAccountRequest(ctx, { purpose: "confirmation", userId, sessionId }) };
}
