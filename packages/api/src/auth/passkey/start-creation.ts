import { maxPasskeys, type PasskeyCreationOptions, type SecondFactorConfirmation } from "@mdreader/contract";
import { users } from "@mdreader/db";
import { eq } from "drizzle-orm";

import type { Access } from "../../access/authorize.ts";
import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { isPasswordAccepted } from "../password/password-policy.ts";
import { stepUp } from "../second-factor/step-up.ts";
import { ceremonyTimeoutMs, createChallenge } from "./challenges.ts";
import { createRelyingParty } from "./relying-party.ts";
import { listDescriptors } from "./request-options.ts";
import { toUserHandle } from "./verify.ts";

/** The COSE numbers of EdDSA, ES256 and RS256, which every authenticator has one of. */
export const algorithms = [-8, -7, -257];

/**
 * Starts adding a passkey. On a server that accepts no passwords, only superusers may, as only they can sign in with one.
 * @throws AppError those of `stepUp`; PASSWORD_SIGN_IN_DISABLED; LIMIT_REACHED.
 */
export async function startPasskeyCreation(
  ctx: Context,
  access: Access<"account.secureSignIn">,
  confirmation: SecondFactorConfirmation,
): Promise<{ options: PasskeyCreationOptions }> {
  const account = await stepUp(ctx, access, confirmation);
  const { sessionId } = access.caller;
  if (sessionId === null) throw new AppError("ACCOUNT_SESSION_REQUIRED");
  if (!isPasswordAccepted(ctx, account)) throw new AppError("PASSWORD_SIGN_IN_DISABLED");
  const { db } = ctx.database;
  const excludeCredentials = await listDescriptors(db, account.id);
  if (excludeCredentials.length >= maxPasskeys) throw new AppError("LIMIT_REACHED");
  const [person] = await db.select({ fullName: users.fullName }).from(users).where(eq(users.id, account.id));
  const { id, name } = createRelyingParty(ctx);
  const options: PasskeyCreationOptions = {
    challenge: await createChallenge(ctx, { purpose: "creation", userId: account.id, sessionId }),
    timeout: ceremonyTimeoutMs,
    rp: { id, name },
    user: {
      id: toUserHandle(account.id),
      name: account.email,
      displayName: person?.fullName ?? account.username,
    },
    pubKeyCredParams: algorithms.map((alg) => ({ type: "public-key", alg })),
    excludeCredentials,
    authenticatorSelection: {
      residentKey: "required",
      requireResidentKey: true,
      userVerification: "required",
    },
    attestation: "none",
  };
  return { options };
}
