import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { onCredentialEnded } from "../access/revocation.ts";
import {
  aLimiter,
  anAccount,
  bearing,
  createTestApp,
  failure,
  goodPassword,
  logIn,
  outcomes,
  type TestApp,
} from "../testing/index.ts";

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
beforeEach(() => {
  app.services.limiter = aLimiter();
});
afterAll(() => app[Symbol.asyncDispose]());

const newPassword = "an entirely new password";

describe("changing the password", () => {
  it("puts the new one in the old one's place", async () => {
    const { user, client } = await anAccount(app);
    expect(await client.auth.changePassword({ currentPassword: goodPassword, newPassword })).toEqual({
      ok: true,
    });
    expect(await failure(logIn(app, user, goodPassword))).toBe("BAD_CREDENTIALS");
    expect((await logIn(app, user, newPassword)).user.id).toBe(user.id);
  });

  it("signs out everywhere else, at the next call and on open connections, and stays signed in here", async () => {
    const { user, client, refreshToken } = await anAccount(app);
    const other = await logIn(app, user);
    const credential = await app.services.tokens.verifyAccess(other.accessToken);
    if (credential.kind !== "session") throw new Error("no session");
    let closed = 0;
    onCredentialEnded(app.services.bus, credential, () => (closed += 1));

    await client.auth.changePassword({ currentPassword: goodPassword, newPassword });
    expect(closed).toBe(1);
    expect(await failure(other.client.auth.me())).toBe("SESSION_ENDED");
    expect(await failure(app.as().auth.refresh({ refreshToken: other.refreshToken }))).toBe("SESSION_ENDED");
    expect((await client.auth.me()).id).toBe(user.id);
    expect(await failure(app.as().auth.refresh({ refreshToken }))).toBeNull();
  });

  it("needs the current one, and changes nothing without it", async () => {
    const { user, client } = await anAccount(app);
    const other = await logIn(app, user);
    const wrong = client.auth.changePassword({ currentPassword: "not the current one", newPassword });
    expect(await failure(wrong)).toBe("PASSWORD_WRONG");
    expect((await other.client.auth.me()).id).toBe(user.id);
    expect(await failure(logIn(app, user, goodPassword))).toBeNull();
  });

  it("makes a reset link that was on its way worthless", async () => {
    const { user, client } = await anAccount(app);
    await app.as().auth.requestPasswordReset({ email: user.email });
    const mail = app.services.mailer.mails.findLast(
      ({ kind, to }) => kind === "resetPassword" && to === user.email,
    );
    if (mail?.kind !== "resetPassword") throw new Error("no link was mailed");
    await client.auth.changePassword({ currentPassword: goodPassword, newPassword });
    const token = new URL(mail.url).hash.replace("#token=", "");
    expect(await failure(app.as().auth.resetPassword({ token, newPassword: "a third password" }))).toBe(
      "EMAIL_TOKEN_INVALID",
    );
  });

  it("tells the owner by mail", async () => {
    const { user, client } = await anAccount(app);
    await client.auth.changePassword({ currentPassword: goodPassword, newPassword });
    expect(app.services.mailer.mails.at(-1)).toEqual({
      kind: "passwordChanged",
      to: user.email,
      username: user.username,
    });
  });

  it("lets one of two at the same time through", async () => {
    const { client } = await anAccount(app);
    const changes = ["one new password", "other new password"].map((password) =>
      client.auth.changePassword({ currentPassword: goodPassword, newPassword: password }),
    );
    expect(await outcomes(changes)).toEqual({ ok: 1, PASSWORD_WRONG: 1 });
  });

  it("can't be tried for ever by who found an unlocked screen", async () => {
    const { client } = await anAccount(app);
    app.services.limiter = aLimiter({ password: 3 });
    const guesses = Array.from({ length: 10 }, (_, n) =>
      client.auth.changePassword({ currentPassword: `guess number ${n}`, newPassword }),
    );
    expect(await outcomes(guesses)).toEqual({ PASSWORD_WRONG: 3, RATE_LIMITED: 7 });
  });

  it("is nothing for an API key", async () => {
    const { client } = await anAccount(app);
    const { secret } = await client.auth.apiKey.create({ name: "key", scopes: ["read", "write", "manage"] });
    const withKey = await bearing(app, secret);
    expect(await failure(withKey.auth.changePassword({ currentPassword: goodPassword, newPassword }))).toBe(
      "ACCOUNT_SESSION_REQUIRED",
    );
  });
});
