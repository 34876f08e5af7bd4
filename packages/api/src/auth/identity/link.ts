import type { Identity } from "@mdreader/contract";
import { authIdentities, type Tx } from "@mdreader/db";
import { and, count, eq } from "drizzle-orm";

import type { Access } from "../../access/authorize.ts";
import { lockCaller } from "../../access/locks.ts";
import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { recordAudit } from "../admin/audit/record.ts";
import { sendBestEffort } from "../email/send-mail.ts";
import { identityColumns, toIdentity } from "./columns.ts";
import { createLinkTokens } from "./link-tokens.ts";
import { findProvider } from "./providers.ts";
import type { VerifiedIdentity } from "./verified-identity.ts";

/** Maximum number of identities per account. */
const maxIdentities = 20;

/**
 * Links an identity, which the caller has just proven at the provider, to their account.
 * @throws AppError PROVIDER_RESPONSE_INVALID for a token that is invalid, or was made for another account;
 *   IDENTITY_TAKEN; LIMIT_REACHED.
 */
export async function linkIdentity(
  ctx: Context,
  { caller }: Access<"account.manage">,
  { token }: { token: string },
): Promise<Identity> {
  const { userId } = caller;
  const opened = await createLinkTokens(ctx).open(token);
  if (opened === null || opened.userId !== userId) throw new AppError("PROVIDER_RESPONSE_INVALID");
  const { name } = findProvider(ctx, opened.identity.provider);
  const { account, linked, isNew } = await ctx.database.db.transaction(async (tx) => {
    // The account's row is locked, so that concurrent requests count correctly.
    const holder = await lockCaller(tx, caller);
    const existing = await findLinked(tx, opened.identity);
    if (existing !== undefined && existing.userId !== userId) throw new AppError("IDENTITY_TAKEN");
    if (existing !== undefined) return { account: holder, linked: existing.identity, isNew: false };
    const inserted = await insertIdentity(tx, userId, opened.identity);
    const target = { id: inserted.id, name: inserted.issuer };
    await recordAudit(tx, ctx, { action: "identity.linked", actor: caller, target });
    return { account: holder, linked: inserted, isNew: true };
  });
  if (isNew)
    await sendBestEffort(ctx, {
      kind: "identityLinked",
      to: account.email,
      username: account.username,
      provider: name,
    });
  return toIdentity(ctx.settings, linked);
}

async function findLinked(tx: Tx, { issuer, subject }: VerifiedIdentity) {
  const [found] = await tx
    .select({ userId: authIdentities.userId, identity: identityColumns })
    .from(authIdentities)
    .where(and(eq(authIdentities.issuer, issuer), eq(authIdentities.subject, subject)));
  return found;
}

async function insertIdentity(tx: Tx, userId: string, { issuer, subject, email }: VerifiedIdentity) {
  const [counted] = await tx
    .select({ identities: count() })
    .from(authIdentities)
    .where(eq(authIdentities.userId, userId));
  if (counted === undefined || counted.identities >= maxIdentities) throw new AppError("LIMIT_REACHED");
  const [inserted] = await tx
    .insert(authIdentities)
    .values({ userId, issuer, subject, email })
    .onConflictDoNothing()
    .returning(identityColumns);
  // Another account has linked it meanwhile.
  if (inserted === undefined) throw new AppError("IDENTITY_TAKEN");
  return inserted;
}
