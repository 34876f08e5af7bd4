import {
  maxPasskeys,
  type PasskeyAttestation,
  type PasskeyCreated,
  type PasskeyCreateInput,
} from "@mdreader/contract";
import { authSessions, passkeys, type Tx } from "@mdreader/db";
import { verifyRegistrationResponse } from "@simplewebauthn/server";
import { decodeAttestationObject } from "@simplewebauthn/server/helpers";
import { eq } from "drizzle-orm";

import type { Access } from "../../access/authorize.ts";
import { lockCaller } from "../../access/locks.ts";
import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { findViolatedConstraint } from "../../util/database-errors.ts";
import { recordAudit } from "../admin/audit/record.ts";
import { sendBestEffort } from "../email/send-mail.ts";
import { isPasswordAccepted } from "../password/password-policy.ts";
import { replaceRecoveryCodes } from "../second-factor/recovery-codes.ts";
import { hasSecondFactor } from "../second-factor/requirement.ts";
import { endSessions, isOwnSession, publishSessionsEnded } from "../session/lifecycle.ts";
import { consumeChallenge, deleteChallenges } from "./challenges.ts";
import { readChallenge } from "./client-data.ts";
import { passkeyColumns } from "./columns.ts";
import { createRelyingParty } from "./relying-party.ts";
import { algorithms } from "./start-creation.ts";
import { withPasskeyError } from "./verify.ts";

/**
 * Adds a passkey. The account's first second factor comes with recovery codes, and ends all other sessions, which were
 * opened without it.
 * @throws AppError PASSKEY_CHALLENGE_INVALID; PASSKEY_INVALID; PASSKEY_TAKEN;
 *   PASSWORD_SIGN_IN_DISABLED; LIMIT_REACHED.
 */
export async function createPasskey(
  ctx: Context,
  { caller }: Access<"account.secureSignIn">,
  { name, credential }: PasskeyCreateInput,
): Promise<PasskeyCreated> {
  const { userId, sessionId } = caller;
  if (sessionId === null) throw new AppError("ACCOUNT_SESSION_REQUIRED");
  const challenge = readChallenge(credential.response);
  await consumeChallenge(ctx, challenge, { purpose: "creation", userId, sessionId });
  const verified = await verifyAttestation(ctx, credential, challenge);
  const { account, created, ended } = await ctx.database.db.transaction(async (tx) => {
    const locked = await lockCaller(tx, caller);
    if (!isPasswordAccepted(ctx, locked)) throw new AppError("PASSWORD_SIGN_IN_DISABLED");
    const isFirstFactor = !(await hasSecondFactor(tx, userId));
    const passkey = await insertPasskey(tx, { ...verified, userId, name });
    await recordAudit(tx, ctx, {
      action: "passkey.added",
      actor: caller,
      target: { id: userId, name: locked.email },
      details: { passkey: name },
    });
    if (!isFirstFactor) return { account: locked, created: { passkey, recoveryCodes: null }, ended: [] };
    await deleteChallenges(tx, userId);
    await tx.update(authSessions).set({ needsSecondFactor: false }).where(eq(authSessions.userId, userId));
    return {
      account: locked,
      created: { passkey, recoveryCodes: await replaceRecoveryCodes(tx, userId) },
      ended: await endSessions(tx, ctx, isOwnSession(userId, { except: sessionId })),
    };
  });
  publishSessionsEnded(ctx, ended);
  await sendBestEffort(ctx, { kind: "passkeyAdded", to: account.email, username: account.username, name });
  return created;
}

async function verifyAttestation(
  ctx: Context,
  { response, ...credential }: PasskeyAttestation,
  expectedChallenge: string,
) {
  const { clientDataJSON, attestationObject, transports = [] } = response;
  const { id: expectedRPID, origin: expectedOrigin } = createRelyingParty(ctx);
  const result = await withPasskeyError(() => {
    assertUnattested(attestationObject);
    return verifyRegistrationResponse({
      response: {
        ...credential,
        response: { clientDataJSON, attestationObject },
        clientExtensionResults: {},
      },
      expectedChallenge,
      expectedOrigin,
      expectedRPID,
      requireUserVerification: true,
      supportedAlgorithmIDs: algorithms,
    });
  });
  if (!result.verified) throw new AppError("PASSKEY_INVALID");
  const { id, publicKey, counter } = result.registrationInfo.credential;
  return { credentialId: Buffer.from(id, "base64url"), publicKey, counter, transports };
}

/**
 * Refuses certificates, which were not asked for, before they are parsed. Some browsers leave a signature by the
 * passkey itself.
 */
function assertUnattested(attestationObject: string): void {
  const decoded = decodeAttestationObject(Uint8Array.from(Buffer.from(attestationObject, "base64url")));
  const format = decoded.get("fmt");
  const isSelfSigned = format === "packed" && decoded.get("attStmt").get("x5c") === undefined;
  if (format !== "none" && !isSelfSigned) throw new Error("an attestation wasn't requested");
}

async function insertPasskey(tx: Tx, values: typeof passkeys.$inferInsert) {
  if ((await tx.$count(passkeys, eq(passkeys.userId, values.userId))) >= maxPasskeys)
    throw new AppError("LIMIT_REACHED");
  try {
    const [inserted] = await tx.insert(passkeys).values(values).returning(passkeyColumns);
    if (inserted === undefined) throw new Error("no passkey was inserted");
    return inserted;
  } catch (error) {
    throw findViolatedConstraint(error) === "passkeys_credential_key" ? new AppError("PASSKEY_TAKEN") : error;
  }
}
