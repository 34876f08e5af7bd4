import { describe, expect } from "vitest";

import { subscribeCredentialEnded } from "../../access/monitor/access-changes.ts";
import {
  createCookieJar,
  createAccount,
  createClientWithToken,
  createTestApp,
  catchReason,
  loginAgain,
} from "../../testing/index.ts";
import { test as base } from "../../testing/test.ts";

const it = base.extend(
  "refreshFails",
  ({ app }) =>
    (refreshToken: string) =>
      catchReason(app.as().auth.refresh({ refreshToken })),
);

describe("signing out", () => {
  it("ends the session of the access token and its refresh token from the next call on, and no other session", async ({
    app,
    refreshFails,
  }) => {
    const { user, client, refreshToken } = await createAccount(app);
    const other = await loginAgain(app, user);
    expect(await client.auth.logout()).toEqual({ ok: true });
    expect(await catchReason(client.auth.me())).toBe("SESSION_ENDED");
    expect(await refreshFails(refreshToken)).toBe("SESSION_ENDED");
    expect(await other.client.auth.me()).toMatchObject({ id: user.id });
  });

  it("accepts a refresh token when the access token has expired", async () => {
    await using later = await createTestApp();
    const { accessToken, refreshToken } = await createAccount(later);
    later.services.clock.advance(3601);
    const client = await createClientWithToken(later, accessToken);
    expect(await catchReason(client.auth.me())).toBe("TOKEN_EXPIRED");
    expect(await client.auth.logout({ refreshToken })).toEqual({ ok: true });
    expect(await catchReason(later.as().auth.refresh({ refreshToken }))).toBe("SESSION_ENDED");
  });

  it("accepts the browser's cookie alone, and removes it", async ({ app, refreshFails }) => {
    const { refreshToken } = await createAccount(app);
    const refreshCookie = createCookieJar(refreshToken);
    expect(await app.as({ kind: "none" }, { refreshCookie }).auth.logout()).toEqual({ ok: true });
    expect(refreshCookie.token).toBeNull();
    expect(await refreshFails(refreshToken)).toBe("SESSION_ENDED");
  });

  it("removes an invalid cookie too", async ({ app }) => {
    const refreshCookie = createCookieJar("worth nothing");
    expect(await catchReason(app.as({ kind: "none" }, { refreshCookie }).auth.logout())).toBe(
      "UNAUTHENTICATED",
    );
    expect(refreshCookie.token).toBeNull();
  });

  it("can be repeated", async ({ app }) => {
    const { client } = await createAccount(app);
    await client.auth.logout();
    expect(await client.auth.logout()).toEqual({ ok: true });
  });

  it("closes the session's open connections", async ({ app }) => {
    const { accessToken, client } = await createAccount(app);
    const credential = await app.services.tokens.verifyAccess(accessToken);
    if (credential.kind !== "session") throw new Error("no session");
    let closed = 0;
    subscribeCredentialEnded(app.services.bus, credential, () => (closed += 1));
    await client.auth.logout();
    expect(closed).toBe(1);
  });

  it("is rejected without a token of a session", async ({ app }) => {
    const { client } = await createAccount(app);
    const { secret } = await client.auth.apiKey.create({ name: "key", scopes: ["read"] });
    expect(await catchReason(app.as().auth.logout())).toBe("UNAUTHENTICATED");
    expect(await catchReason((await createClientWithToken(app, "nonsense")).auth.logout())).toBe(
      "TOKEN_INVALID",
    );
    expect(await catchReason(app.as().auth.logout({ refreshToken: "nonsense" }))).toBe(
      "REFRESH_TOKEN_INVALID",
    );
    expect(await catchReason((await createClientWithToken(app, secret)).auth.logout())).toBe(
      "ACCOUNT_SESSION_REQUIRED",
    );
  });
});
