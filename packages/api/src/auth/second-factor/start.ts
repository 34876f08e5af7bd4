import type { SecondFactorConfirmation, SecondFactorStarted } from "@mdreader/contract";

import type { Access } from "../../access/authorize.ts";
import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { readAuthenticatorAppTime } from "./requirement.ts";
import { createSetupTokens } from "./setup-tokens.ts";
import { stepUp } from "./step-up.ts";
import { createTotpSecret, toTotpUri } from "./totp-secret.ts";

/** Creates a secret for an authenticator app. It counts once it is confirmed. @throws AppError as `stepUp`. */
export async function startSecondFactor(
  ctx: Context,
  access: Access<"account.secureSignIn">,
  input: SecondFactorConfirmation,
): Promise<SecondFactorStarted> {
  const { id: userId, email } = await stepUp(ctx, access, input);
  const { sessionId } = access.caller;
  if (sessionId === null) throw new AppError("ACCOUNT_SESSION_REQUIRED");
  const replaces = await readAuthenticatorAppTime(ctx.database.db, userId);
  const secret = createTotpSecret();
  const token = await createSetupTokens(ctx).seal({ userId, sessionId, replaces, secret });
  return { secret, uri: toTotpUri(secret, email), token };
}
