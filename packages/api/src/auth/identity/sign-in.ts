import { personalName, type SignedIn, type User } from "@mdreader/contract";
import { authIdentities, type Tx, users } from "@mdreader/db";
import { and, eq } from "drizzle-orm";

import type { Context } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { findViolatedConstraint } from "../../util/database-errors.ts";
import { userColumns } from "../account/columns.ts";
import { assertEmailAllowed } from "../account/registration.ts";
import { publishRevokedGrants, revokeGrants } from "../account/revoke-granted.ts";
import { recordAudit } from "../admin/audit/record.ts";
import { issueEmailToken, revokeEmailTokens } from "../email/email-tokens.ts";
import { sendBestEffort } from "../email/send-mail.ts";
import { noPassword } from "../password/password-hash.ts";
import { clientNetworkKey } from "../rate-limit-keys.ts";
import { removeSecondFactor } from "../second-factor/remove.ts";
import {
  endSessions,
  issueTokens,
  type OpenedSession,
  openSession,
  isOwnSession,
  publishSessionsEnded,
} from "../session/lifecycle.ts";
import { toTokenResponse } from "../session/token-delivery.ts";
import { applyGroups, publishMembershipsChanged } from "./apply-groups.ts";
import { findProvider } from "./providers.ts";
import { suggestUsernames } from "./username.ts";
import type { VerifiedIdentity } from "./verified-identity.ts";

/** A sign-in, and what remains to be done after the commit. */
interface IdentitySignIn {
  user: User;
  identityId: string;
  session: OpenedSession;
  notify(): Promise<void>;
}

/**
 * Signs in the person whose identity a provider has verified. The identity's issuer and subject decide, never its
 * address, with one exception: an address that the provider has verified opens the account with that address if the
 * operator trusts the provider for it. If nobody had proven that account's address, the person who created it loses
 * access. The account of a superuser must be linked by its owner. A person without an account gets one, if the
 * provider's settings say so, whether or not strangers may register.
 *
 * @param providerSessionId The provider's ID of its session, if it announces sign-outs.
 * @throws AppError ACCOUNT_SUSPENDED; IDENTITY_NOT_LINKED; IDENTITY_UNKNOWN; PROVIDER_EMAIL_MISSING;
 *   EMAIL_DOMAIN_NOT_ALLOWED; RATE_LIMITED.
 */
export async function signInWithIdentity(
  ctx: Context,
  identity: VerifiedIdentity,
  providerSessionId: string | null,
): Promise<SignedIn> {
  const delivery = ctx.request.refreshCookie === null ? "body" : "cookie";
  const signIn = () =>
    ctx.database.db.transaction(async (tx) => {
      const found = await findAccountByIdentity(tx, ctx, identity);
      const signedIn =
        found === undefined
          ? await createIdentityAccount(tx, ctx, identity, providerSessionId)
          : found.isLinked
            ? await openLinkedAccount(tx, ctx, found, identity, providerSessionId)
            : await adoptAccount(tx, ctx, found, identity, providerSessionId);
      // Last, because it locks workspaces, which come after accounts.
      return { ...signedIn, changed: await applyGroups(tx, ctx, signedIn, identity) };
    });
  const { user, session, notify, changed } = await recordRefusal(ctx, identity, () => retryConflict(signIn));
  publishMembershipsChanged(ctx, user.id, changed);
  await notify();
  return { user, ...toTokenResponse(ctx, await issueTokens(ctx, session), delivery) };
}

/** Records in the audit log that somebody was refused. */
async function recordRefusal<T>(
  ctx: Context,
  { email, issuer, subject }: VerifiedIdentity,
  signIn: () => Promise<T>,
): Promise<T> {
  try {
    return await signIn();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const target = { id: null, name: email };
    const details = { issuer, subject, reason: error.reason };
    await recordAudit(ctx.database.db, ctx, { action: "account.signInFailed", actor: null, target, details });
    throw error;
  }
}

/** Opens the session of a sign-in, and records it. */
async function openIdentitySession(
  tx: Tx,
  ctx: Context,
  user: Pick<User, "id" | "email">,
  opened: { identityId: string; issuer: string; providerSessionId: string | null },
): Promise<OpenedSession> {
  const { issuer, ...origin } = opened;
  const actor = { userId: user.id };
  const target = { id: user.id, name: user.email };
  await recordAudit(tx, ctx, { action: "account.signedIn", actor, target, details: { issuer } });
  return openSession(tx, ctx, user.id, origin);
}

/** Two first sign-ins of one person can create the account at once. The second then finds it. */
async function retryConflict<T>(attempt: () => Promise<T>): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    const violated = findViolatedConstraint(error);
    if (violated !== "auth_identities_subject_key" && violated !== "users_email_key") throw error;
    return attempt();
  }
}

interface FoundAccount {
  user: User;
  /** Whether the identity is linked to the account. Otherwise, only its trusted address leads there. */
  isLinked: boolean;
  identityId: string | null;
}

/** Finds the account and locks its row. */
async function findAccountByIdentity(
  tx: Tx,
  ctx: Context,
  { provider, issuer, subject, email, emailVerified }: VerifiedIdentity,
): Promise<FoundAccount | undefined> {
  const selected = { user: userColumns, deactivatedAt: users.deactivatedAt };
  const [linked] = await tx
    .select({ ...selected, identityId: authIdentities.id })
    .from(authIdentities)
    .innerJoin(users, eq(users.id, authIdentities.userId))
    .where(and(eq(authIdentities.issuer, issuer), eq(authIdentities.subject, subject)))
    .for("no key update", { of: users });
  if (linked !== undefined) {
    if (linked.deactivatedAt !== null) throw new AppError("ACCOUNT_SUSPENDED");
    return { user: linked.user, isLinked: true, identityId: linked.identityId };
  }
  if (email === null) return undefined;
  const [holder] = await tx.select(selected).from(users).where(eq(users.email, email)).for("no key update");
  if (holder === undefined) return undefined;
  const isTrusted = emailVerified && findProvider(ctx, provider).trustsEmail;
  if (!isTrusted || holder.user.isSuperuser) throw new AppError("IDENTITY_NOT_LINKED");
  if (holder.deactivatedAt !== null) throw new AppError("ACCOUNT_SUSPENDED");
  return { user: holder.user, isLinked: false, identityId: null };
}

async function openLinkedAccount(
  tx: Tx,
  ctx: Context,
  { user: { id }, identityId }: FoundAccount,
  { issuer }: VerifiedIdentity,
  providerSessionId: string | null,
): Promise<IdentitySignIn> {
  if (identityId === null) throw new Error("an account was opened without an identity");
  const lastUsedAt = ctx.clock.now().toISOString();
  const used = await tx
    .update(authIdentities)
    .set({ lastUsedAt })
    .where(eq(authIdentities.id, identityId))
    .returning({ id: authIdentities.id });
  // A password reset has unlinked it while this transaction waited for the account.
  if (used.length === 0) throw new AppError("IDENTITY_NOT_LINKED");
  const user = await updateUser(tx, id, { lastLoginAt: lastUsedAt });
  const session = await openIdentitySession(tx, ctx, user, { identityId, issuer, providerSessionId });
  return { user, identityId, session, notify: async () => {} };
}

/** Links the identity to the account that has its address. */
async function adoptAccount(
  tx: Tx,
  ctx: Context,
  { user: { id, emailVerified } }: FoundAccount,
  identity: VerifiedIdentity,
  providerSessionId: string | null,
): Promise<IdentitySignIn> {
  const revoked = emailVerified ? null : await revokeFormerHolder(tx, ctx, id);
  const identityId = await insertIdentity(tx, ctx, id, identity);
  const user = await updateUser(tx, id, { lastLoginAt: ctx.clock.now().toISOString() });
  const { issuer } = identity;
  const { name } = findProvider(ctx, identity.provider);
  await recordAudit(tx, ctx, {
    action: "identity.linked",
    actor: { userId: id },
    target: { id: identityId, name: issuer },
    details: { revokedFormerHolder: revoked !== null },
  });
  const session = await openIdentitySession(tx, ctx, user, { identityId, issuer, providerSessionId });
  return {
    user,
    identityId,
    session,
    async notify() {
      if (revoked !== null) {
        publishSessionsEnded(ctx, revoked.sessions);
        publishRevokedGrants(ctx, revoked.granted);
      }
      const { email: to, username } = user;
      await sendBestEffort(ctx, { kind: "identityLinked", to, username, provider: name });
    },
  };
}

/** Revokes all access of somebody who registered an address without proving that it is theirs. */
async function revokeFormerHolder(tx: Tx, ctx: Context, userId: string) {
  const emailVerifiedAt = ctx.clock.now().toISOString();
  await updateUser(tx, userId, { passwordHash: noPassword, emailVerified: true, emailVerifiedAt });
  await revokeEmailTokens(tx, "resetPassword", userId);
  await revokeEmailTokens(tx, "verifyEmail", userId);
  await removeSecondFactor(tx, userId);
  return {
    sessions: await endSessions(tx, ctx, isOwnSession(userId)),
    granted: await revokeGrants(tx, ctx, userId),
  };
}

async function updateUser(tx: Tx, id: string, fields: Partial<typeof users.$inferInsert>): Promise<User> {
  const [user] = await tx.update(users).set(fields).where(eq(users.id, id)).returning(userColumns);
  if (user === undefined) throw new Error("the locked account is gone");
  return user;
}

async function createIdentityAccount(
  tx: Tx,
  ctx: Context,
  identity: VerifiedIdentity,
  providerSessionId: string | null,
): Promise<IdentitySignIn> {
  const { createsAccounts, trustsEmail } = findProvider(ctx, identity.provider);
  if (!createsAccounts) throw new AppError("IDENTITY_UNKNOWN");
  const { email, issuer } = identity;
  if (email === null) throw new AppError("PROVIDER_EMAIL_MISSING");
  await assertEmailAllowed(tx, ctx, email);
  await ctx.limiter.consume("register", clientNetworkKey(ctx));
  const emailVerified = trustsEmail && identity.emailVerified;
  const now = ctx.clock.now().toISOString();
  const emailVerifiedAt = emailVerified ? now : null;
  const user = await insertUser(tx, identity, { email, emailVerified, emailVerifiedAt, lastLoginAt: now });
  const identityId = await insertIdentity(tx, ctx, user.id, identity);
  await recordAudit(tx, ctx, {
    action: "account.registered",
    actor: { userId: user.id },
    target: { id: user.id, name: email },
    details: { issuer },
  });
  const session = await openIdentitySession(tx, ctx, user, { identityId, issuer, providerSessionId });
  if (emailVerified) return { user, identityId, session, notify: async () => {} };
  const link = await issueEmailToken(tx, ctx, "verifyEmail", user);
  const mail = { kind: "verifyEmail", to: user.email, username: user.username, ...link } as const;
  return { user, identityId, session, notify: () => sendBestEffort(ctx, mail) };
}

async function insertUser(
  tx: Tx,
  identity: VerifiedIdentity,
  fields: Pick<typeof users.$inferInsert, "email" | "emailVerified" | "emailVerifiedAt" | "lastLoginAt">,
): Promise<User> {
  const parsedName = personalName(1, 100).safeParse(identity.name);
  const fullName = parsedName.success ? parsedName.data : null;
  for (const username of suggestUsernames(identity)) {
    const [user] = await tx
      .insert(users)
      .values({ ...fields, username, fullName, passwordHash: noPassword })
      .onConflictDoNothing({ target: users.username })
      .returning(userColumns);
    if (user !== undefined) return user;
  }
  throw new Error("no user was inserted");
}

async function insertIdentity(
  tx: Tx,
  { clock }: Context,
  userId: string,
  { issuer, subject, email }: VerifiedIdentity,
): Promise<string> {
  const lastUsedAt = clock.now().toISOString();
  const [inserted] = await tx
    .insert(authIdentities)
    .values({ userId, issuer, subject, email, lastUsedAt })
    .returning({ id: authIdentities.id });
  if (inserted === undefined) throw new Error("no identity was inserted");
  return inserted.id;
}
