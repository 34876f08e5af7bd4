import { authIdentities, authSessions, users } from "@mdreader/db";
import { eq } from "drizzle-orm";
import { describe, expect } from "vitest";

import {
  catchReason,
  createAccount,
  createClientWithToken,
  createProvider,
  createVerifiedIdentity,
  insertUser,
  type TestApp,
  validPassword,
} from "../../testing/index.ts";
import { test } from "../../testing/test.ts";
import { signInWithIdentity } from "./sign-in.ts";
import type { VerifiedIdentity } from "./verified-identity.ts";

const signIn = (app: TestApp, identity: VerifiedIdentity, providerSessionId: string | null = null) =>
  signInWithIdentity(app.context({ kind: "none" }), identity, providerSessionId);

const countAccounts = (app: TestApp) => app.services.database.db.$count(users);

describe("a person without an account", () => {
  test("gets one with the names and the address that the provider reports", async ({ app }) => {
    const provider = createProvider(app, { trustsEmail: true });
    const identity = createVerifiedIdentity(provider, {
      name: "Ada Lovelace",
      preferredUsername: "ada@example.test",
    });
    const { user, accessToken } = await signIn(app, identity);
    expect(user).toMatchObject({
      email: identity.email,
      username: "ada",
      fullName: "Ada Lovelace",
      emailVerified: true,
      hasPassword: false,
    });
    const client = await createClientWithToken(app, accessToken);
    expect(await client.auth.me()).toEqual(user);
    const { items } = await client.auth.identity.list();
    expect(items).toMatchObject([
      { provider: { id: provider.id, name: provider.name }, email: identity.email },
    ]);
  });

  test("gets the same one at the next sign-in, even with another address", async ({ app }) => {
    const identity = createVerifiedIdentity(createProvider(app));
    const { user } = await signIn(app, identity);
    const again = await signIn(app, { ...identity, email: "moved@example.test" });
    expect(again.user).toMatchObject({ id: user.id, email: user.email });
  });

  test("gets one only, if two windows sign in at once", async ({ app }) => {
    const identity = createVerifiedIdentity(createProvider(app, { trustsEmail: true }));
    const answers = await Promise.all([1, 2, 3].map(() => signIn(app, identity)));
    expect(new Set(answers.map(({ user }) => user.id)).size).toBe(1);
  });

  test("must verify an address that the operator doesn't trust the provider for", async ({ app }) => {
    const { user } = await signIn(app, createVerifiedIdentity(createProvider(app)));
    expect(user.emailVerified).toBe(false);
    expect(app.services.mailer.mails.at(-1)).toMatchObject({ kind: "verifyEmail", to: user.email });
  });

  test("gets another username if theirs is taken, and a plain one if it can't be used", async ({ app }) => {
    const provider = createProvider(app);
    const named = (preferredUsername: string) =>
      signIn(app, createVerifiedIdentity(provider, { preferredUsername, name: "https://evil.test" }));
    await named("grace");
    const { user } = await named("Grace");
    expect(user.username).toMatch(/^Grace-\d+$/);
    const local = createVerifiedIdentity(provider, {
      email: "ab@example.test",
      preferredUsername: "\u202Eevil",
    });
    const second = await signIn(app, local);
    expect(second.user).toMatchObject({ username: expect.stringMatching(/^user-\d+$/), fullName: null });
  });

  test("is refused without an address, or if the provider creates no accounts", async ({ app }) => {
    const before = await countAccounts(app);
    const nameless = createVerifiedIdentity(createProvider(app), { email: null });
    expect(await catchReason(signIn(app, nameless))).toBe("PROVIDER_EMAIL_MISSING");
    const stranger = createVerifiedIdentity(createProvider(app, { createsAccounts: false }));
    expect(await catchReason(signIn(app, stranger))).toBe("IDENTITY_UNKNOWN");
    expect(await countAccounts(app)).toBe(before);
  });
});

describe("an account with the address of the identity", () => {
  test("is not opened by an address that the provider has not verified", async ({ app }) => {
    const holder = await insertUser(app, { emailVerified: true });
    const trusted = createProvider(app, { trustsEmail: true });
    const claimed = createVerifiedIdentity(trusted, { email: holder.email, emailVerified: false });
    expect(await catchReason(signIn(app, claimed))).toBe("IDENTITY_NOT_LINKED");
  });

  test("is not opened by a provider that the operator doesn't trust for addresses", async ({ app }) => {
    const holder = await insertUser(app, { emailVerified: true });
    const claimed = createVerifiedIdentity(createProvider(app), { email: holder.email });
    expect(await catchReason(signIn(app, claimed))).toBe("IDENTITY_NOT_LINKED");
    expect((await holder.client.auth.identity.list()).items).toEqual([]);
  });

  test("is opened by a trusted provider, and its owner is told", async ({ app }) => {
    const provider = createProvider(app, { trustsEmail: true });
    const holder = await createAccount(app);
    await app.services.database.db
      .update(users)
      .set({ emailVerified: true })
      .where(eq(users.id, holder.user.id));
    const { user } = await signIn(app, createVerifiedIdentity(provider, { email: holder.user.email }));
    expect(user).toMatchObject({ id: holder.user.id, hasPassword: true });
    expect(app.services.mailer.mails.at(-1)).toMatchObject({
      kind: "identityLinked",
      to: user.email,
      provider: provider.name,
    });
    // Nothing that the owner had before is revoked.
    expect(await holder.client.auth.me()).toMatchObject({ id: user.id });
  });

  test("is taken from somebody who registered the address without proving that it is theirs", async ({
    app,
  }) => {
    const attacker = await createAccount(app);
    const { email } = attacker.user;
    const key = await attacker.client.auth.apiKey.create({ name: "a way back", scopes: ["read"] });
    const [other, provider] = [createProvider(app), createProvider(app, { trustsEmail: true })];
    const foreign = createVerifiedIdentity(other);
    await app.services.database.db
      .insert(authIdentities)
      .values({ userId: attacker.user.id, issuer: other.issuer, subject: foreign.subject });

    const { user, accessToken } = await signIn(app, createVerifiedIdentity(provider, { email }));
    expect(user).toMatchObject({ id: attacker.user.id, emailVerified: true, hasPassword: false });

    expect(await catchReason(attacker.client.auth.me())).toBe("SESSION_ENDED");
    expect(await catchReason(app.as().auth.login({ email, password: validPassword }))).toBe(
      "BAD_CREDENTIALS",
    );
    const withKey = await createClientWithToken(app, key.secret);
    expect(await catchReason(withKey.auth.me())).toBe("SESSION_ENDED");
    expect((await signIn(app, foreign)).user.id).not.toBe(user.id);
    const owner = await createClientWithToken(app, accessToken);
    expect((await owner.auth.identity.list()).items).toHaveLength(1);
    expect(await owner.auth.me()).toMatchObject({ id: user.id });
  });
});

describe("the account of a superuser", () => {
  test("is not opened by its address, even by a trusted provider", async ({ app }) => {
    const provider = createProvider(app, { trustsEmail: true });
    const root = await insertUser(app, { isSuperuser: true, emailVerified: true });
    const identity = createVerifiedIdentity(provider, { email: root.email });
    expect(await catchReason(signIn(app, identity))).toBe("IDENTITY_NOT_LINKED");
    expect((await root.client.auth.identity.list()).items).toEqual([]);
  });
});

describe("the audit log", () => {
  test("records accounts, sign-ins, links and refusals", async ({ app }) => {
    const provider = createProvider(app, { trustsEmail: true });
    const identity = createVerifiedIdentity(provider);
    const { user } = await signIn(app, identity);
    await signIn(app, createVerifiedIdentity(provider, { email: user.email }));
    const unverified = createVerifiedIdentity(provider, { email: user.email, emailVerified: false });
    await catchReason(signIn(app, unverified));
    const root = await insertUser(app, { isSuperuser: true });
    const { audit } = root.client.auth.admin;
    const { items } = await audit.list({ actorId: user.id });
    expect(items.map(({ action }) => action)).toEqual([
      "account.signedIn",
      "identity.linked",
      "account.signedIn",
      "account.registered",
    ]);
    expect(items[0]?.details).toEqual({ issuer: provider.issuer });
    const { items: failures } = await audit.list({ action: "account.signInFailed" });
    expect(failures[0]).toMatchObject({
      targetName: user.email,
      details: { subject: unverified.subject, reason: "IDENTITY_NOT_LINKED" },
    });
  });
});

describe("the settings of the instance", () => {
  test("limit the domains of new accounts, but not the people of a provider to strangers", async ({
    app,
  }) => {
    const root = await insertUser(app, { isSuperuser: true });
    const { settings } = root.client.auth.admin;
    await settings.update({ registration: "closed", allowedEmailDomains: ["example.test"] });
    const provider = createProvider(app);
    const { user, accessToken } = await signIn(app, createVerifiedIdentity(provider));
    expect(user.emailVerified).toBe(false);
    const client = await createClientWithToken(app, accessToken);
    expect(await catchReason(client.workspace.create({ name: "Mine" }))).toBe("EMAIL_NOT_VERIFIED");
    const trusted = createProvider(app, { trustsEmail: true });
    const proven = await signIn(app, createVerifiedIdentity(trusted));
    const itsClient = await createClientWithToken(app, proven.accessToken);
    expect(await catchReason(itsClient.workspace.create({ name: "Mine" }))).toBeNull();
    const foreign = createVerifiedIdentity(provider, { email: "somebody@elsewhere.test" });
    expect(await catchReason(signIn(app, foreign))).toBe("EMAIL_DOMAIN_NOT_ALLOWED");
    await settings.update({ registration: "open", allowedEmailDomains: [] });
  });
});

describe("a suspended account", () => {
  test("is opened neither by its identity nor by its address", async ({ app }) => {
    const provider = createProvider(app, { trustsEmail: true });
    const identity = createVerifiedIdentity(provider);
    const { user } = await signIn(app, identity);
    await app.services.database.db
      .update(users)
      .set({ deactivatedAt: new Date().toISOString() })
      .where(eq(users.id, user.id));
    expect(await catchReason(signIn(app, identity))).toBe("ACCOUNT_SUSPENDED");
    const other = createVerifiedIdentity(provider, { email: user.email });
    expect(await catchReason(signIn(app, other))).toBe("ACCOUNT_SUSPENDED");
    const linked = await app.services.database.db.$count(authIdentities, eq(authIdentities.userId, user.id));
    expect(linked).toBe(1);
  });
});

describe("a password reset", () => {
  test("unlinks all identities, because somebody else may have linked them", async ({ app }) => {
    const provider = createProvider(app, { trustsEmail: true });
    const identity = createVerifiedIdentity(provider);
    const { user, accessToken } = await signIn(app, identity);
    await app.as().auth.requestPasswordReset({ email: user.email });
    const mail = app.services.mailer.mails.at(-1);
    const token = mail?.kind === "resetPassword" ? new URL(mail.url).hash.replace("#token=", "") : "";
    await app.as().auth.resetPassword({ token, newPassword: validPassword });
    const client = await createClientWithToken(app, accessToken);
    expect(await catchReason(client.auth.me())).toBe("SESSION_ENDED");
    const linked = await app.services.database.db.$count(authIdentities, eq(authIdentities.userId, user.id));
    expect(linked).toBe(0);
  });
});

describe("a session", () => {
  test("knows which identity opened it, and where it should also be ended", async ({ app }) => {
    const provider = createProvider(app, { signsOut: true });
    const { user, accessToken } = await signIn(app, createVerifiedIdentity(provider), "sid-1");
    const [session] = await app.services.database.db
      .select()
      .from(authSessions)
      .where(eq(authSessions.userId, user.id));
    expect(session).toMatchObject({ providerSessionId: "sid-1", identityId: expect.any(String) });
    const client = await createClientWithToken(app, accessToken);
    expect(await client.auth.identity.signOutUrl()).toEqual({ url: `/auth/oidc/${provider.id}/sign-out` });
  });
});
