import type { EmailChangeRequestInput, EmptyResult } from "@mdreader/contract";
import { createId, emailChanges, type Tx } from "@mdreader/db";

import type { Access } from "../../access/authorize.ts";
import { lockCaller } from "../../access/locks.ts";
import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { assertEmailAllowed } from "../account/registration.ts";
import { recordAudit } from "../admin/audit/record.ts";
import { clientNetworkKey } from "../rate-limit-keys.ts";
import { stepUp } from "../second-factor/step-up.ts";
import { createSecret, hashSecret } from "../secrets.ts";

/** Lifetime of both links, in seconds. */
const lifetimeSeconds = 86_400;

/**
 * Requests a new address. Its link and the one to the current address must both be used. The response, its time and the
 * emails are the same if another account has the address: only the reader of its mail learns that.
 * @throws AppError those of `stepUp`; EMAIL_UNCHANGED; EMAIL_DOMAIN_NOT_ALLOWED; RATE_LIMITED.
 */
export async function requestEmailChange(
  ctx: Context,
  access: Access<"account.manage">,
  { email: newEmail, ...confirmation }: EmailChangeRequestInput,
): Promise<EmptyResult> {
  const { id: userId, email, username } = await stepUp(ctx, access, confirmation);
  if (newEmail === email) throw new AppError("EMAIL_UNCHANGED");
  await assertEmailAllowed(ctx.database.db, ctx, newEmail);
  await ctx.limiter.consume("mail", email);
  await ctx.limiter.consume("mail.network", clientNetworkKey(ctx));
  // Counted whether or not somebody has the address, apart from the emails to people who have forgotten a password.
  await ctx.limiter.consume("mail.address", `new ${newEmail}`);
  const { agreement, proof, expiresAt } = await ctx.database.db.transaction(async (tx) => {
    const account = await lockCaller(tx, access.caller);
    if (account.email !== email) throw new AppError("SESSION_ENDED");
    return replaceEmailChange(tx, ctx, { access, userId, email, newEmail });
  });
  const { appUrl } = ctx.settings;
  await ctx.mailer.enqueue({
    kind: "agreeEmailChange",
    to: email,
    username,
    newEmail,
    url: `${appUrl}/agree-email#token=${agreement}`,
    expiresAt,
  });
  await ctx.mailer.enqueue({
    kind: "proveEmail",
    to: newEmail,
    username,
    url: `${appUrl}/prove-email#token=${proof}`,
    expiresAt,
  });
  return { ok: true };
}

interface EmailReplacement {
  access: Access<"account.manage">;
  userId: string;
  email: string;
  newEmail: string;
}

/** Stores the change in place of an earlier one, whose links are void then. @returns The tokens of its links. */
async function replaceEmailChange(
  tx: Tx,
  ctx: Context,
  { access, userId, email, newEmail }: EmailReplacement,
): Promise<{ agreement: string; proof: string; expiresAt: string }> {
  const agreement = createSecret();
  const proof = createSecret();
  const now = ctx.clock.now();
  const change = {
    id: createId(),
    currentEmail: email,
    newEmail,
    agreementTokenHash: hashSecret(agreement),
    proofTokenHash: hashSecret(proof),
    agreedAt: null,
    provenAt: null,
    createdAt: now.toISOString(),
    expiresAt: new Date(now.getTime() + lifetimeSeconds * 1000).toISOString(),
  };
  await tx
    .insert(emailChanges)
    .values({ userId, ...change })
    .onConflictDoUpdate({ target: emailChanges.userId, set: change });
  await recordAudit(tx, ctx, {
    action: "account.emailChangeRequested",
    actor: access.caller,
    target: { id: userId, name: email },
    details: { newEmail },
  });
  return { agreement, proof, expiresAt: change.expiresAt };
}
