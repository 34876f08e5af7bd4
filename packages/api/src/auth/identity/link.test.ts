import { authSessions, users } from "@mdreader/db";
import { eq } from "drizzle-orm";
import { describe, expect } from "vitest";

import {
  catchReason,
  countOutcomes,
  createAccount,
  createClientWithToken,
  createProvider,
  createVerifiedIdentity,
  insertUser,
  type TestApp,
  validPassword,
} from "../../testing/index.ts";
import { test } from "../../testing/test.ts";
import { createLinkTickets, createLinkTokens } from "./link-tokens.ts";
import { signInWithIdentity } from "./sign-in.ts";
import type { VerifiedIdentity } from "./verified-identity.ts";

/** The token that the callback gives to the browser of somebody who started linking. */
const createToken = (app: TestApp, userId: string, identity: VerifiedIdentity) =>
  createLinkTokens(app.services).seal({ userId, identity });

const signIn = (app: TestApp, identity: VerifiedIdentity) =>
  signInWithIdentity(app.context({ kind: "none" }), identity, null);

describe("linking", () => {
  test("starts at a page of this server that knows whose account it is for", async ({ app, owner }) => {
    const { id: provider } = createProvider(app);
    const { url } = await owner.client.auth.identity.startLink({ provider });
    const [page, ticket = ""] = url.split("?link=");
    expect(page).toBe(`/auth/oidc/${provider}/start`);
    expect(await createLinkTickets(app.services).open(ticket)).toEqual({ userId: owner.id, provider });
    expect(await catchReason(owner.client.auth.identity.startLink({ provider: "unknown" }))).toBe(
      "NOT_FOUND",
    );
  });

  test("lets the person sign in with the identity, whatever its address", async ({ app }) => {
    const person = await insertUser(app);
    const identity = createVerifiedIdentity(createProvider(app), { email: null, emailVerified: false });
    const token = await createToken(app, person.id, identity);
    const linked = await person.client.auth.identity.link({ token });
    expect(linked).toMatchObject({ provider: { id: identity.provider }, email: null, lastUsedAt: null });
    expect(app.services.mailer.mails.at(-1)).toMatchObject({ kind: "identityLinked", to: person.email });
    expect((await signIn(app, identity)).user.id).toBe(person.id);
  });

  test("twice has no further effect", async ({ app }) => {
    const person = await insertUser(app);
    const token = await createToken(app, person.id, createVerifiedIdentity(createProvider(app)));
    const linked = await person.client.auth.identity.link({ token });
    expect(await person.client.auth.identity.link({ token })).toEqual(linked);
  });

  test("is refused to another account, in both directions", async ({ app }) => {
    const [victim, attacker] = [await insertUser(app), await insertUser(app)];
    const token = await createToken(app, attacker.id, createVerifiedIdentity(createProvider(app)));
    expect(await catchReason(victim.client.auth.identity.link({ token }))).toBe("PROVIDER_RESPONSE_INVALID");
    expect((await victim.client.auth.identity.list()).items).toEqual([]);
    expect((await attacker.client.auth.identity.list()).items).toEqual([]);
  });

  test("is refused with a token that is forged, expired, or of another purpose", async ({ app }) => {
    const person = await insertUser(app);
    const provider = createProvider(app);
    const token = await createToken(app, person.id, createVerifiedIdentity(provider));
    const ticket = await createLinkTickets(app.services).seal({ userId: person.id, provider: provider.id });
    app.services.clock.advance(301);
    for (const wrong of [token, ticket, `${token}x`, "x"])
      expect(await catchReason(person.client.auth.identity.link({ token: wrong }))).toBe(
        "PROVIDER_RESPONSE_INVALID",
      );
  });

  test("is refused if the identity belongs to somebody else", async ({ app }) => {
    const identity = createVerifiedIdentity(createProvider(app));
    await signIn(app, identity);
    const other = await insertUser(app);
    const token = await createToken(app, other.id, identity);
    expect(await catchReason(other.client.auth.identity.link({ token }))).toBe("IDENTITY_TAKEN");
  });

  test("is limited to twenty identities", async ({ app }) => {
    const person = await insertUser(app);
    const provider = createProvider(app);
    for (let n = 0; n < 20; n += 1) {
      const token = await createToken(app, person.id, createVerifiedIdentity(provider));
      await person.client.auth.identity.link({ token });
    }
    const token = await createToken(app, person.id, createVerifiedIdentity(provider));
    expect(await catchReason(person.client.auth.identity.link({ token }))).toBe("LIMIT_REACHED");
    const page = await person.client.auth.identity.list({ limit: 15 });
    const rest = await person.client.auth.identity.list({ limit: 15, cursor: page.nextCursor });
    expect([page.items.length, rest.items.length, rest.nextCursor]).toEqual([15, 5, null]);
  });
});

describe("unlinking", () => {
  test("ends the other sessions that the identity opened", async ({ app }) => {
    const { user, client } = await createAccount(app);
    const identity = createVerifiedIdentity(createProvider(app));
    const { id } = await client.auth.identity.link({ token: await createToken(app, user.id, identity) });
    const elsewhere = await createClientWithToken(app, (await signIn(app, identity)).accessToken);
    await client.auth.identity.unlink({ id });
    expect(await catchReason(elsewhere.auth.me())).toBe("SESSION_ENDED");
    expect(await client.auth.me()).toMatchObject({ id: user.id });
    expect((await signIn(app, identity).catch(() => null))?.user.id).not.toBe(user.id);
  });

  test("never removes the last way to sign in, even by two requests at once", async ({ app }) => {
    const provider = createProvider(app);
    const [one, two] = [createVerifiedIdentity(provider), createVerifiedIdentity(provider)];
    const { user, accessToken } = await signIn(app, one);
    const client = await createClientWithToken(app, accessToken);
    await client.auth.identity.link({ token: await createToken(app, user.id, two) });
    const { items } = await client.auth.identity.list();
    const outcomes = await countOutcomes(items.map(({ id }) => client.auth.identity.unlink({ id })));
    expect(outcomes).toEqual({ ok: 1, LAST_SIGN_IN_METHOD: 1 });
    expect((await client.auth.identity.list()).items).toHaveLength(1);
  });

  test("counts neither a provider that the settings no longer contain, nor a refused password", async ({
    app,
  }) => {
    const { user, client } = await createAccount(app);
    const [kept, dropped] = [createProvider(app), createProvider(app)];
    const { id } = await client.auth.identity.link({
      token: await createToken(app, user.id, createVerifiedIdentity(kept)),
    });
    await client.auth.identity.link({
      token: await createToken(app, user.id, createVerifiedIdentity(dropped)),
    });
    const { settings } = app.services;
    settings.identityProviders = settings.identityProviders.filter((one) => one.id !== dropped.id);
    settings.acceptsPasswords = false;
    expect(await catchReason(client.auth.identity.unlink({ id }))).toBe("LAST_SIGN_IN_METHOD");
    settings.acceptsPasswords = true;
    await client.auth.identity.unlink({ id });
    expect((await client.auth.identity.list()).items).toMatchObject([
      { provider: null, issuer: dropped.issuer },
    ]);
  });

  test("finds only the caller's identities", async ({ app, owner }) => {
    const { accessToken } = await signIn(app, createVerifiedIdentity(createProvider(app)));
    const other = await createClientWithToken(app, accessToken);
    const [item] = (await other.auth.identity.list()).items;
    expect(await catchReason(owner.client.auth.identity.unlink({ id: item?.id ?? "" }))).toBe("NOT_FOUND");
  });
});

describe("an account without a password", () => {
  test("is deleted, or gets a password, after a recent sign-in only", async ({ app }) => {
    const identity = createVerifiedIdentity(createProvider(app));
    const { user, accessToken } = await signIn(app, identity);
    const client = await createClientWithToken(app, accessToken);
    await app.services.database.db
      .update(authSessions)
      .set({ authenticatedAt: new Date(Date.now() - 3_600_000).toISOString() })
      .where(eq(authSessions.userId, user.id));
    expect(await catchReason(client.auth.deleteAccount({}))).toBe("SIGN_IN_AGAIN");
    expect(await catchReason(client.auth.changePassword({ newPassword: validPassword }))).toBe(
      "SIGN_IN_AGAIN",
    );
    const guessed = client.auth.deleteAccount({ password: "no password" });
    expect(await catchReason(guessed)).toBe("PASSWORD_WRONG");

    const fresh = await createClientWithToken(app, (await signIn(app, identity)).accessToken);
    await fresh.auth.changePassword({ newPassword: validPassword });
    expect(await fresh.auth.me()).toMatchObject({ hasPassword: true });
    expect(await catchReason(fresh.auth.deleteAccount({}))).toBe("PASSWORD_WRONG");
    await fresh.auth.deleteAccount({ password: validPassword });
    expect(await catchReason(fresh.auth.me())).toBe("SESSION_ENDED");
  });
});

describe("a server that doesn't accept passwords", () => {
  test("refuses them everywhere", async ({ app }) => {
    const { user, client } = await createAccount(app);
    const { settings } = app.services;
    settings.acceptsPasswords = false;
    const { email } = user;
    const name = "somebody-else";
    const attempts = [
      app.as().auth.login({ email, password: validPassword }),
      app.as().auth.register({ email: `${name}@example.test`, username: name, password: validPassword }),
      app.as().auth.requestPasswordReset({ email }),
      app.as().auth.login({ email, password: "a wrong password" }),
      app.as().auth.login({ email: "nobody@example.test", password: validPassword }),
      client.auth.changePassword({ currentPassword: validPassword, newPassword: `${validPassword}!` }),
    ];
    const answers = await Promise.all(attempts.map(catchReason));
    settings.acceptsPasswords = true;
    expect(new Set(answers)).toEqual(new Set(["PASSWORD_SIGN_IN_DISABLED"]));
  });

  test("refuses those of emailed links, too", async ({ app }) => {
    const { user } = await createAccount(app);
    await app.as().auth.requestPasswordReset({ email: user.email });
    const mail = app.services.mailer.mails.at(-1);
    const token = mail?.kind === "resetPassword" ? new URL(mail.url).hash.replace("#token=", "") : "";
    const { settings } = app.services;
    settings.acceptsPasswords = false;
    const answer = await catchReason(app.as().auth.resetPassword({ token, newPassword: validPassword }));
    settings.acceptsPasswords = true;
    expect(answer).toBe("PASSWORD_SIGN_IN_DISABLED");
  });

  test("accepts those of superusers, and records it", async ({ app }) => {
    const { user } = await createAccount(app);
    await app.services.database.db.update(users).set({ isSuperuser: true }).where(eq(users.id, user.id));
    const { settings } = app.services;
    settings.acceptsPasswords = false;
    const { accessToken } = await app.as().auth.login({ email: user.email, password: validPassword });
    settings.acceptsPasswords = true;
    const client = await createClientWithToken(app, accessToken);
    const { items } = await client.auth.admin.audit.list({ actorId: user.id });
    expect(items[0]).toMatchObject({ action: "account.signedIn", details: { breakGlass: true } });
  });
});
