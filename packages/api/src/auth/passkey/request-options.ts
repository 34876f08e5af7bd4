import type { PasskeyRequestOptions } from "@mdreader/contract";
import { type Executor, passkeys } from "@mdreader/db";
import { desc, eq } from "drizzle-orm";

import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { ceremonyTimeoutMs, type ChallengeBinding, createChallenge } from "./challenges.ts";
import { createRelyingParty } from "./relying-party.ts";

/** A passkey, as browsers find it. */
type Descriptor = PasskeyRequestOptions["allowCredentials"][number];

/** Lists the passkeys of an account for a browser. */
export async function listDescriptors(db: Executor, userId: string): Promise<Descriptor[]> {
  const found = await db
    .select({ credentialId: passkeys.credentialId, transports: passkeys.transports })
    .from(passkeys)
    .where(eq(passkeys.userId, userId))
    .orderBy(desc(passkeys.id));
  return found.map(({ credentialId, transports }) => ({
    type: "public-key",
    id: Buffer.from(credentialId).toString("base64url"),
    transports,
  }));
}

/** Creates a request for a signature of any of an account's passkeys. @throws AppError NOT_FOUND without a passkey. */
export async function createAccountRequest(
  ctx: Context,
  binding: ChallengeBinding & { userId: string },
): Promise<PasskeyRequestOptions> {
  const allowed = await listDescriptors(ctx.database.db, binding.userId);
  if (allowed.length === 0) throw new AppError("NOT_FOUND");
  return createRequestOptions(ctx, binding, allowed);
}

/** Creates a request for a signature of one of the allowed passkeys, or of any. */
export async function createRequestOptions(
  ctx: Context,
  binding: ChallengeBinding,
  allowCredentials: Descriptor[] = [],
): Promise<PasskeyRequestOptions> {
  return {
    challenge: await createChallenge(ctx, binding),
    timeout: ceremonyTimeoutMs,
    rpId: createRelyingParty(ctx).id,
    allowCredentials,
    userVerification: "required",
  };
}
