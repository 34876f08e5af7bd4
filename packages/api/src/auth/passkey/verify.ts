import type { PasskeyAssertion } from "@mdreader/contract";
import { passkeys, users } from "@mdreader/db";
import { type VerifiedAuthenticationResponse, verifyAuthenticationResponse } from "@simplewebauthn/server";
import { and, eq, lt, or } from "drizzle-orm";

import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { recordAudit } from "../admin/audit/record.ts";
import { type ChallengeBinding, consumeChallenge } from "./challenges.ts";
import { readChallenge } from "./client-data.ts";
import { createRelyingParty } from "./relying-party.ts";

/** A passkey that has just signed a challenge. Whether it still exists is checked where it takes effect. */
export interface VerifiedPasskey {
  id: string;
  name: string;
  userId: string;
  email: string;
}

/**
 * Verifies the signature of a passkey, and consumes its challenge. The person was verified by the authenticator. The
 * signature's counter is stored, so that a copy of the passkey that lags behind is refused and recorded.
 * @throws AppError PASSKEY_CHALLENGE_INVALID; PASSKEY_INVALID, the same for an unknown passkey and a wrong signature.
 */
export async function verifyPasskey(
  ctx: Context,
  assertion: PasskeyAssertion,
  binding: ChallengeBinding,
): Promise<VerifiedPasskey> {
  const challenge = readChallenge(assertion.response);
  await consumeChallenge(ctx, challenge, binding);
  const stored = await findPasskey(ctx, assertion);
  if (!isOwner(stored, assertion, binding)) throw new AppError("PASSKEY_INVALID");
  const { newCounter } = await verifySignature(ctx, assertion, challenge, stored);
  await advanceCounter(ctx, stored, newCounter);
  return stored;
}

async function findPasskey(ctx: Context, { id }: PasskeyAssertion) {
  const [found] = await ctx.database.db
    .select({
      id: passkeys.id,
      name: passkeys.name,
      userId: passkeys.userId,
      email: users.email,
      publicKey: passkeys.publicKey,
      counter: passkeys.counter,
    })
    .from(passkeys)
    .innerJoin(users, eq(users.id, passkeys.userId))
    .where(eq(passkeys.credentialId, Buffer.from(id, "base64url")));
  if (found === undefined) throw new AppError("PASSKEY_INVALID");
  return found;
}

type StoredPasskey = Awaited<ReturnType<typeof findPasskey>>;

async function verifySignature(
  ctx: Context,
  { response, ...credential }: PasskeyAssertion,
  expectedChallenge: string,
  { publicKey }: StoredPasskey,
): Promise<VerifiedAuthenticationResponse["authenticationInfo"]> {
  const { id: expectedRPID, origin: expectedOrigin } = createRelyingParty(ctx);
  const { userHandle, ...signed } = response;
  const verify = () =>
    verifyAuthenticationResponse({
      response: {
        ...credential,
        response: { ...signed, ...(typeof userHandle === "string" && { userHandle }) },
        clientExtensionResults: {},
      },
      expectedChallenge,
      expectedOrigin,
      expectedRPID,
      requireUserVerification: true,
      // The stored counter is compared when it is written.
      credential: { id: credential.id, publicKey: Uint8Array.from(publicKey), counter: 0 },
    });
  const { verified, authenticationInfo } = await withPasskeyError(verify);
  if (!verified) throw new AppError("PASSKEY_INVALID");
  return authenticationInfo;
}

/** Verifies with the library, which throws an error for each refusal. @throws AppError PASSKEY_INVALID */
export async function withPasskeyError<T>(verify: () => Promise<T>): Promise<T> {
  try {
    return await verify();
  } catch {
    throw new AppError("PASSKEY_INVALID");
  }
}

/** Stores the counter of a signature, which must be greater than the one before, unless the authenticator doesn't count. */
async function advanceCounter(
  ctx: Context,
  { id, name, userId, email, counter: storedCounter }: StoredPasskey,
  counter: number,
): Promise<void> {
  const { db } = ctx.database;
  const isNewer =
    counter === 0 ? eq(passkeys.counter, 0) : or(eq(passkeys.counter, 0), lt(passkeys.counter, counter));
  const [updated] = await db
    .update(passkeys)
    .set({ counter, lastUsedAt: ctx.clock.now().toISOString() })
    .where(and(eq(passkeys.id, id), isNewer))
    .returning({ id: passkeys.id });
  if (updated !== undefined) return;
  await recordAudit(db, ctx, {
    action: "passkey.cloneSuspected",
    actor: null,
    target: { id: userId, name: email },
    details: { passkey: name, counter, storedCounter },
  });
  throw new AppError("PASSKEY_INVALID");
}

/** Whether a passkey is the account's. Without an account, the authenticator must say whose it is. */
function isOwner(
  { userId }: StoredPasskey,
  { response: { userHandle } }: PasskeyAssertion,
  binding: ChallengeBinding,
): boolean {
  const isNamed = userHandle === toUserHandle(userId);
  if (binding.userId === null) return isNamed;
  return userId === binding.userId && (isNamed || typeof userHandle !== "string");
}

/** Authenticators store the 16 bytes of the account's UUID, which say nothing about the person. */
export const toUserHandle = (userId: string): string =>
  Buffer.from(userId.replaceAll("-", ""), "hex").toString("base64url");
