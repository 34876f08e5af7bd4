import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { onCredentialEnded } from "../access/revocation.ts";
import {
  aCookieJar,
  anAccount,
  bearing,
  createTestApp,
  failure,
  logIn,
  type TestApp,
} from "../testing/index.ts";

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app[Symbol.asyncDispose]());

const refreshFails = (refreshToken: string) => failure(app.as().auth.refresh({ refreshToken }));

describe("logging out", () => {
  it("ends the session of the access token with the next call, its refresh token too, and no other", async () => {
    const { user, client, refreshToken } = await anAccount(app);
    const other = await logIn(app, user);
    expect(await client.auth.logout()).toEqual({ ok: true });
    expect(await failure(client.auth.me())).toBe("SESSION_ENDED");
    expect(await refreshFails(refreshToken)).toBe("SESSION_ENDED");
    expect(await other.client.auth.me()).toEqual(user);
  });

  it("works with a refresh token when the access token has expired", async () => {
    await using later = await createTestApp();
    const { accessToken, refreshToken } = await anAccount(later);
    later.services.clock.advance(3601);
    const client = await bearing(later, accessToken);
    expect(await failure(client.auth.me())).toBe("TOKEN_EXPIRED");
    expect(await client.auth.logout({ refreshToken })).toEqual({ ok: true });
    expect(await failure(later.as().auth.refresh({ refreshToken }))).toBe("SESSION_ENDED");
  });

  it("works with the browser's cookie alone, and removes it", async () => {
    const { refreshToken } = await anAccount(app);
    const refreshCookie = aCookieJar(refreshToken);
    expect(await app.as({ kind: "none" }, { refreshCookie }).auth.logout()).toEqual({ ok: true });
    expect(refreshCookie.token).toBeNull();
    expect(await refreshFails(refreshToken)).toBe("SESSION_ENDED");
  });

  it("removes a cookie that is worth nothing, too", async () => {
    const refreshCookie = aCookieJar("worth nothing");
    expect(await failure(app.as({ kind: "none" }, { refreshCookie }).auth.logout())).toBe("UNAUTHENTICATED");
    expect(refreshCookie.token).toBeNull();
  });

  it("can be done twice", async () => {
    const { client } = await anAccount(app);
    await client.auth.logout();
    expect(await client.auth.logout()).toEqual({ ok: true });
  });

  it("closes the session's open connections", async () => {
    const { accessToken, client } = await anAccount(app);
    const credential = await app.services.tokens.verifyAccess(accessToken);
    if (credential.kind !== "session") throw new Error("no session");
    let closed = 0;
    onCredentialEnded(app.services.bus, credential, () => (closed += 1));
    await client.auth.logout();
    expect(closed).toBe(1);
  });

  it("is refused to who shows nothing that belongs to a session", async () => {
    const { client } = await anAccount(app);
    const { secret } = await client.auth.apiKey.create({ name: "key", scopes: ["read"] });
    expect(await failure(app.as().auth.logout())).toBe("UNAUTHENTICATED");
    expect(await failure((await bearing(app, "nonsense")).auth.logout())).toBe("TOKEN_INVALID");
    expect(await failure(app.as().auth.logout({ refreshToken: "nonsense" }))).toBe("REFRESH_TOKEN_INVALID");
    expect(await failure((await bearing(app, secret)).auth.logout())).toBe("ACCOUNT_SESSION_REQUIRED");
  });
});
