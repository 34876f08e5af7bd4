import type { PasskeyRequested } from "@mdreader/contract";

import type { Context } from "../../context.ts";
import { clientNetworkKey } from "../rate-limit-keys.ts";
import { createRequestOptions } from "./request-options.ts";

/** Starts a sign-in with any passkey of this server. The passkey identifies its account. @throws AppError RATE_LIMITED. */
export async function startPasskeyLogin(ctx: Context): Promise<PasskeyRequested> {
  await ctx.limiter.consume("passkey", clientNetworkKey(ctx));
  return { options: await createRequestOptions(ctx, { purpose: "login", userId: null, sessionId: null }) };
}
