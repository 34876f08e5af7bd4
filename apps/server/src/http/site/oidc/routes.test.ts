import { authIdentities, users } from "@mdreader/db";
import { decodeJwt, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { describe, expect } from "vitest";

import { createPlainClient, password, readReason, register } from "../../../../test/calls.ts";
import {
  createTestBrowser,
  signInAtProvider,
  startProvider,
  type TestBrowser,
  type TestProvider,
  type TokenResponse,
} from "../../../../test/oidc.ts";
import { findFreePort } from "../../../../test/process.ts";
import { serve, type Served } from "../../../../test/serve.ts";
import { open } from "../../../../test/socket.ts";
import { test as base } from "../../../../test/test.ts";

/** A server with two providers. The second one is trusted for addresses. */
const test = base
  .extend("port", { scope: "file" }, () => findFreePort())
  .extend("acme", { scope: "file" }, ({ port }, { onCleanup }) => start(port, "acme", onCleanup))
  .extend("corp", { scope: "file" }, ({ port }, { onCleanup }) => start(port, "corp", onCleanup))
  .extend("served", { scope: "file" }, async ({ port, acme, corp }, { onCleanup }) => {
    const env = {
      APP_PORT: String(port),
      ...acme.env("acme"),
      OIDC_ACME_NAME: "Acme",
      OIDC_ACME_SIGN_OUT: "true",
      ...corp.env("corp"),
      OIDC_CORP_TRUST_EMAIL: "true",
    };
    const served = await serve({ env });
    onCleanup(() => served[Symbol.asyncDispose]());
    return served;
  });

async function start(port: number, name: string, onCleanup: (clean: () => Promise<void>) => void) {
  const provider = await startProvider(`http://127.0.0.1:${port}`, [name]);
  onCleanup(async () => provider[Symbol.asyncDispose]());
  return provider;
}

let count = 0;
/** Adds a person to a provider. @returns Their subject. */
function addPerson(provider: TestProvider, claims: Record<string, unknown> = {}): string {
  count += 1;
  const subject = `person-${count}`;
  provider.people.set(subject, { email: `${subject}@example.test`, email_verified: true, ...claims });
  return subject;
}

const startUrl = ({ url }: Served, provider: string, query = "") =>
  `${url}/auth/oidc/${provider}/start${query}`;

/** The tokens of a browser that has signed in, as the web app gets them. */
async function refresh(browser: TestBrowser, { url }: Served): Promise<string | null> {
  const response = await browser.request(`${url}/trpc/auth.refresh`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: "{}",
  });
  if (!response.ok) return null;
  const answer = (await response.json()) as { result: { data: { accessToken: string } } }; // by the contract
  return answer.result.data.accessToken;
}

async function getMe(browser: TestBrowser, served: Served) {
  return createPlainClient(served, (await refresh(browser, served)) ?? "").auth.me.query();
}

/** The failure that the page at the end shows. */
const readFailure = (url: URL) => url.searchParams.get("error");

describe("signing in", () => {
  test("leads to the provider and back, and opens a session in the browser's cookie", async ({
    served,
    acme,
  }) => {
    const browser = createTestBrowser();
    const subject = addPerson(acme, { name: "Ada Lovelace", preferred_username: "ada" });
    const end = await signInAtProvider(browser, startUrl(served, "acme", "?next=/w/1%3Fa=b"), subject);
    expect(`${end.pathname}${end.search}`).toBe("/login?signedIn=true&next=%2Fw%2F1%3Fa%3Db");
    expect(await getMe(browser, served)).toMatchObject({
      email: `${subject}@example.test`,
      username: "ada",
      fullName: "Ada Lovelace",
      emailVerified: false,
      hasPassword: false,
    });
  });

  test("opens the same account again", async ({ served, acme }) => {
    const subject = addPerson(acme);
    const [first, second] = [createTestBrowser(), createTestBrowser()];
    await signInAtProvider(first, startUrl(served, "acme"), subject);
    await signInAtProvider(second, startUrl(served, "acme"), subject);
    expect((await getMe(second, served)).id).toBe((await getMe(first, served)).id);
  });

  test("asks for a code with PKCE, a state and a nonce, which only the browser's cookie knows", async ({
    served,
    acme,
  }) => {
    const browser = createTestBrowser();
    const response = await browser.request(startUrl(served, "acme"));
    expect(response.status).toBe(303);
    const location = new URL(response.headers.get("location") ?? "");
    expect(location.origin).toBe(acme.issuer);
    expect(Object.fromEntries(location.searchParams)).toMatchObject({
      response_type: "code",
      code_challenge_method: "S256",
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      redirect_uri: `${served.url}/auth/oidc/acme/callback`,
    });
    const [cookie = ""] = browser.setCookies;
    expect(cookie).toMatch(
      /^mdreader_oidc=[\w.-]+; Path=\/auth\/oidc\/acme; Max-Age=600; HttpOnly; SameSite=Lax$/,
    );
    expect(cookie).not.toContain(location.searchParams.get("state"));
  });

  test("continues only at paths of the app", async ({ served, acme }) => {
    const subject = addPerson(acme);
    for (const next of ["https://evil.test", "//evil.test", "/\\evil.test", "javascript:alert(1)"]) {
      const query = `?next=${encodeURIComponent(next)}`;
      const end = await signInAtProvider(createTestBrowser(), startUrl(served, "acme", query), subject);
      expect([end.origin, end.search]).toEqual([served.url, "?signedIn=true"]);
    }
  });

  test("is offered by name", async ({ served }) => {
    expect(await createPlainClient(served).auth.signInOptions.query()).toEqual({
      acceptsPasswords: true,
      acceptsPasskeys: false,
      providers: [
        { id: "acme", name: "Acme" },
        { id: "corp", name: "CORP" },
      ],
    });
  });

  test("never writes codes, tokens or secrets to the log", async ({ served, acme }) => {
    const browser = createTestBrowser();
    await signInAtProvider(browser, startUrl(served, "acme"), addPerson(acme));
    const answer = await browser.request(
      `${served.url}/auth/oidc/acme/callback?code=very-secret&state=also-secret`,
    );
    expect(answer.status).toBe(303);
    expect(served.log).toContain("/auth/oidc/acme/callback");
    expect(served.log).not.toMatch(/very-secret|also-secret|a secret of the provider|code=|eyJ/);
  });
});

describe("an address", () => {
  test("opens an account only if the provider has verified it, and the operator trusts it", async ({
    served,
    acme,
    corp,
  }) => {
    const { email, user, api } = await register(served);
    const claims = { email, email_verified: true };
    const attempt = (provider: TestProvider, name: string, told: Record<string, unknown>) =>
      signInAtProvider(createTestBrowser(), startUrl(served, name), addPerson(provider, told));
    expect(readFailure(await attempt(acme, "acme", claims))).toBe("IDENTITY_NOT_LINKED");
    expect(readFailure(await attempt(corp, "corp", { email, email_verified: false }))).toBe(
      "IDENTITY_NOT_LINKED",
    );
    expect(await api.auth.me.query()).toMatchObject({ id: user.id });

    const owner = createTestBrowser();
    await signInAtProvider(owner, startUrl(served, "corp"), addPerson(corp, claims));
    expect(await getMe(owner, served)).toMatchObject({
      id: user.id,
      emailVerified: true,
      hasPassword: false,
    });
    // Somebody else could have registered the address first, so their session has ended.
    await expect(api.auth.me.query()).rejects.toThrow(/session or API key is no longer valid/);
  });

  test("must be shared by the provider", async ({ served, acme }) => {
    const subject = addPerson(acme, { email: undefined });
    const end = await signInAtProvider(createTestBrowser(), startUrl(served, "acme"), subject);
    expect(readFailure(end)).toBe("PROVIDER_EMAIL_MISSING");
  });
});

describe("a suspended account", () => {
  test("is not opened", async ({ served, acme }) => {
    const subject = addPerson(acme);
    const browser = createTestBrowser();
    await signInAtProvider(browser, startUrl(served, "acme"), subject);
    const { id } = await getMe(browser, served);
    await served.database.database.sql`update users set deactivated_at = now() where id = ${id}`;
    const end = await signInAtProvider(createTestBrowser(), startUrl(served, "acme"), subject);
    expect(readFailure(end)).toBe("ACCOUNT_SUSPENDED");
  });
});

describe("a callback is refused", () => {
  /** A browser that comes back from the provider, and the address of the callback. */
  async function returnFromProvider(served: Served, provider: TestProvider, name: string) {
    const browser = createTestBrowser();
    const { url } = await browser.open(startUrl(served, name));
    let next = `${url.href}?login=${addPerson(provider)}`;
    for (;;) {
      const response = await browser.request(next);
      next = new URL(response.headers.get("location") ?? "", next).href;
      if (next.startsWith(served.url)) return { browser, callback: new URL(next) };
    }
  }

  test("with another state", async ({ served, acme }) => {
    const { browser, callback } = await returnFromProvider(served, acme, "acme");
    callback.searchParams.set("state", "x".repeat(43));
    expect(readFailure((await browser.open(callback.href)).url)).toBe("PROVIDER_RESPONSE_INVALID");
    expect(await refresh(browser, served)).toBeNull();
  });

  test("in a browser that did not start it", async ({ served, acme }) => {
    const { browser, callback } = await returnFromProvider(served, acme, "acme");
    const victim = createTestBrowser();
    expect(readFailure((await victim.open(callback.href)).url)).toBe("PROVIDER_RESPONSE_INVALID");
    // Not even if it has started another one.
    await victim.request(startUrl(served, "acme"));
    expect(readFailure((await victim.open(callback.href)).url)).toBe("PROVIDER_RESPONSE_INVALID");
    expect(await refresh(victim, served)).toBeNull();
    expect((await browser.open(callback.href)).url.searchParams.get("signedIn")).toBe("true");
  });

  test("a second time, even with a copy of the cookie", async ({ served, acme }) => {
    const { browser, callback } = await returnFromProvider(served, acme, "acme");
    const cookie =
      browser.setCookies.findLast((one) => one.startsWith("mdreader_oidc="))?.split(";")[0] ?? "";
    await browser.open(callback.href);
    expect(readFailure((await browser.open(callback.href)).url)).toBe("PROVIDER_RESPONSE_INVALID");
    const replayed = await fetch(callback, { headers: { cookie }, redirect: "manual" });
    expect(replayed.headers.get("location")).toBe("/login?error=PROVIDER_RESPONSE_INVALID");
  });

  test("at another provider than it was started with", async ({ served, acme }) => {
    const { browser, callback } = await returnFromProvider(served, acme, "acme");
    callback.pathname = "/auth/oidc/corp/callback";
    expect(readFailure((await browser.open(callback.href)).url)).toBe("PROVIDER_RESPONSE_INVALID");
    const cookie =
      browser.setCookies.findLast((one) => one.startsWith("mdreader_oidc="))?.split(";")[0] ?? "";
    const mixed = await fetch(callback, { headers: { cookie }, redirect: "manual" });
    expect(mixed.headers.get("location")).toBe("/login?error=PROVIDER_RESPONSE_INVALID");
  });

  test("that names another issuer", async ({ served, acme, corp }) => {
    const { browser, callback } = await returnFromProvider(served, acme, "acme");
    expect(callback.searchParams.get("iss")).toBe(acme.issuer);
    callback.searchParams.set("iss", corp.issuer);
    expect(readFailure((await browser.open(callback.href)).url)).toBe("PROVIDER_RESPONSE_INVALID");
  });

  test("if the person refuses at the provider", async ({ served }) => {
    const end = await signInAtProvider(createTestBrowser(), startUrl(served, "acme", "?next=/a"), "");
    expect(end.search).toBe("?error=PROVIDER_REFUSED&next=%2Fa");
  });

  test("for an unknown provider", async ({ served }) => {
    const { url } = await createTestBrowser().open(startUrl(served, "unknown"));
    expect(readFailure(url)).toBe("NOT_FOUND");
  });
});

describe("a provider that lies", () => {
  /** Signs in while the provider's ID token is replaced. */
  async function signInWith(
    served: Served,
    provider: TestProvider,
    replace: (claims: JWTPayload) => Promise<string>,
  ): Promise<string | null> {
    provider.tamper = async (response: TokenResponse) => ({
      ...response,
      id_token: await replace(decodeJwt(String(response["id_token"]))),
    });
    const end = await signInAtProvider(createTestBrowser(), startUrl(served, "acme"), addPerson(provider));
    provider.tamper = null;
    return readFailure(end);
  }

  const now = () => Math.floor(Date.now() / 1000);

  test.for<[string, (claims: JWTPayload, provider: TestProvider) => Promise<string>]>([
    ["has another nonce", (claims, { sign }) => sign({ ...claims, nonce: "another" })],
    ["has no nonce", (claims, { sign }) => sign({ ...claims, nonce: undefined })],
    ["is for another client", (claims, { sign }) => sign({ ...claims, aud: "another" })],
    ["is of another issuer", (claims, { sign }) => sign({ ...claims, iss: "https://evil.test" })],
    ["has expired", (claims, { sign }) => sign({ ...claims, exp: now() - 90 })],
    ["has no subject", (claims, { sign }) => sign({ ...claims, sub: undefined })],
    ["has a subject that can't be stored", (claims, { sign }) => sign({ ...claims, sub: "a\0b" })],
    [
      "is signed by somebody else",
      async (claims) => {
        const { privateKey } = await generateKeyPair("RS256");
        return new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: "the key" }).sign(privateKey);
      },
    ],
    [
      "is not signed",
      async (claims) =>
        [{ alg: "none" }, claims]
          .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
          .join(".") + ".",
    ],
    ["is not a token", async () => "x".repeat(2_000_000)],
  ])("is refused if its token %s", async ([, replace], { served, acme }) => {
    const db = served.database.database.db;
    const before = await Promise.all([db.$count(users), db.$count(authIdentities)]);
    const failure = await signInWith(served, acme, (claims) => replace(claims, acme));
    expect(failure).toBe("PROVIDER_RESPONSE_INVALID");
    expect(await Promise.all([db.$count(users), db.$count(authIdentities)])).toEqual(before);
  });

  test("may have a clock that differs by a minute", async ({ served, acme }) => {
    const failure = await signInWith(served, acme, (claims) => acme.sign({ ...claims, exp: now() - 30 }));
    expect(failure).toBeNull();
  });
});

describe("a provider that is down", () => {
  test("is reported, and works again when it is back", async () => {
    const port = await findFreePort();
    await using provider = await startProvider(`http://127.0.0.1:${port}`);
    provider.outage = 503;
    await using served = await serve({ env: { APP_PORT: String(port), ...provider.env() } });
    expect((await fetch(`${served.url}/health/ready`)).status).toBe(200);
    const attempt = () => signInAtProvider(createTestBrowser(), startUrl(served, "acme"), "somebody");
    expect(readFailure(await attempt())).toBe("PROVIDER_UNAVAILABLE");
    provider.outage = null;
    provider.people.set("somebody", { email: "somebody@example.test" });
    expect((await attempt()).searchParams.get("signedIn")).toBe("true");
    // Its metadata are known, so that the way there works even while it is down.
    provider.outage = 500;
    const { url } = await createTestBrowser().open(startUrl(served, "acme"));
    expect(url.origin).toBe(provider.issuer);
  });

  test("is reported if nothing listens", async () => {
    const env = { OIDC_ACME_ISSUER: `http://127.0.0.1:${await findFreePort()}`, OIDC_ACME_CLIENT_ID: "x" };
    await using served = await serve({ env });
    const { url } = await createTestBrowser().open(startUrl(served, "acme"));
    expect(readFailure(url)).toBe("PROVIDER_UNAVAILABLE");
  });
});

describe("linking", () => {
  test("binds the identity to the account that started it", async ({ served, acme }) => {
    const { api, user } = await register(served);
    const subject = addPerson(acme);
    const browser = createTestBrowser();
    const { url } = await api.auth.identity.startLink.mutate({ provider: "acme", password });
    const end = await signInAtProvider(browser, served.url + url, subject);
    const token = new URLSearchParams(end.hash.slice(1)).get("identity") ?? "";
    expect(end.pathname).toBe("/account");
    expect(await refresh(browser, served)).toBeNull();

    const other = await register(served);
    await expect(other.api.auth.identity.link.mutate({ token })).rejects.toThrow(/failed/);
    await api.auth.identity.link.mutate({ token });
    await signInAtProvider(browser, startUrl(served, "acme"), subject);
    expect((await getMe(browser, served)).id).toBe(user.id);
  });

  test("does not start with a ticket that is forged or for another provider", async ({ served }) => {
    const { api } = await register(served);
    const { url } = await api.auth.identity.startLink.mutate({ provider: "acme", password });
    for (const wrong of [url.replace("/acme/", "/corp/"), `${url}x`]) {
      const end = (await createTestBrowser().open(served.url + wrong)).url;
      expect(end.href).toContain("PROVIDER_RESPONSE_INVALID");
    }
  });
});

describe("signing out", () => {
  test("also leads to the provider, if the settings say so, and back", async ({ served, acme }) => {
    const browser = createTestBrowser();
    await signInAtProvider(browser, startUrl(served, "acme"), addPerson(acme));
    const api = createPlainClient(served, (await refresh(browser, served)) ?? "");
    const { url } = await api.auth.identity.signOutUrl.query();
    const response = await browser.request(served.url + url);
    const location = new URL(response.headers.get("location") ?? "");
    expect(location.href).toContain(`${acme.issuer}/session/end?`);
    expect(location.searchParams.get("post_logout_redirect_uri")).toBe(`${served.url}/login`);
  });

  test("at the provider ends the sessions here", async ({ served, acme }) => {
    const browser = createTestBrowser();
    await signInAtProvider(browser, startUrl(served, "acme"), addPerson(acme));
    const elsewhere = createTestBrowser();
    await signInAtProvider(elsewhere, startUrl(served, "acme"), addPerson(acme));
    await using socket = await open(served, await refresh(browser, served));
    await socket.call("query", "auth.me");
    let closed = false;
    void socket.closed.then(() => (closed = true));
    const { url, text } = await browser.open(`${acme.issuer}/session/end?client_id=mdreader`);
    const xsrf = /name="xsrf" value="(\w+)"/.exec(text)?.[1] ?? "";
    await browser.request(`${url.origin}/session/end/confirm`, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ xsrf, logout: "yes" }),
    });
    await expect.poll(() => closed, { timeout: 2_000 }).toBe(true);
    expect(await refresh(browser, served)).toBeNull();
    expect(await refresh(elsewhere, served)).not.toBeNull();
  });

  const event = { "http://schemas.openid.net/event/backchannel-logout": {} };
  const announce = ({ url }: Served, token: string) =>
    fetch(`${url}/auth/oidc/acme/backchannel-logout`, {
      method: "POST",
      body: new URLSearchParams({ logout_token: token }),
    });

  test("is refused with a token that is not a logout token of the provider", async ({
    served,
    acme,
    corp,
  }) => {
    const subject = addPerson(acme);
    const browser = createTestBrowser();
    await signInAtProvider(browser, startUrl(served, "acme"), subject);
    const now = Math.floor(Date.now() / 1000);
    const valid = { iss: acme.issuer, aud: "mdreader", iat: now, jti: "1", sub: subject, events: event };
    const wrong = [
      await acme.sign({ ...valid, nonce: "x" }),
      await acme.sign({ ...valid, events: {} }),
      await acme.sign({ ...valid, aud: "another" }),
      await acme.sign({ ...valid, iss: corp.issuer }),
      await acme.sign({ ...valid, sub: undefined }),
      await acme.sign({ ...valid, iat: now - 600 }),
      await corp.sign(valid),
      "x",
    ];
    for (const token of wrong) {
      const response = await announce(served, token);
      expect([response.status, await readReason(response)]).toEqual([400, "PROVIDER_RESPONSE_INVALID"]);
    }
    expect(await refresh(browser, served)).not.toBeNull();
    expect((await announce(served, await acme.sign(valid))).status).toBe(200);
    expect(await refresh(browser, served)).toBeNull();
  });
});

describe("a server that doesn't accept passwords", () => {
  test("refuses them over REST and in the OAuth form, but signs in with its provider", async () => {
    const port = await findFreePort();
    await using provider = await startProvider(`http://127.0.0.1:${port}`);
    await using served = await serve({
      env: { APP_PORT: String(port), PASSWORD_SIGN_IN: "off", ...provider.env() },
    });
    const post = (path: string, body: Record<string, string>) =>
      fetch(`${served.url}/api/v1/auth/${path}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
    for (const response of [
      await post("login", { email: "a@b.test", password: "12345678" }),
      await post("register", { email: "a@b.test", username: "abc", password: "12345678" }),
    ])
      expect([response.status, await readReason(response)]).toEqual([403, "PASSWORD_SIGN_IN_DISABLED"]);
    const form = await fetch(`${served.url}/api/v1/auth/token`, {
      method: "POST",
      body: new URLSearchParams({ grant_type: "password", username: "a@b.test", password: "12345678" }),
    });
    expect([form.status, await form.json()]).toMatchObject([400, { error: "unauthorized_client" }]);
    const browser = createTestBrowser();
    await signInAtProvider(browser, startUrl(served, "acme"), addPerson(provider));
    expect(await getMe(browser, served)).toMatchObject({ hasPassword: false });
  });
});
