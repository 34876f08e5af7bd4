import { describe, expect } from "vitest";

import { subscribeCredentialEnded } from "../../access/monitor/access-changes.ts";
import {
  createAccount,
  createClientWithToken,
  catchReason,
  validPassword,
  loginAgain,
  countOutcomes,
} from "../../testing/index.ts";
import { test } from "../../testing/test.ts";

const newPassword = "an entirely new password";

describe("changing the password", () => {
  test("replaces the old password", async ({ app }) => {
    const { user, client } = await createAccount(app);
    expect(await client.auth.changePassword({ currentPassword: validPassword, newPassword })).toEqual({
      ok: true,
    });
    expect(await catchReason(loginAgain(app, user, validPassword))).toBe("BAD_CREDENTIALS");
    expect((await loginAgain(app, user, newPassword)).user.id).toBe(user.id);
  });

  test("ends all other sessions and their open connections, and keeps the current one", async ({ app }) => {
    const { user, client, refreshToken } = await createAccount(app);
    const other = await loginAgain(app, user);
    const credential = await app.services.tokens.verifyAccess(other.accessToken);
    if (credential.kind !== "session") throw new Error("no session");
    let closed = 0;
    subscribeCredentialEnded(app.services.bus, credential, () => (closed += 1));

    await client.auth.changePassword({ currentPassword: validPassword, newPassword });
    expect(closed).toBe(1);
    expect(await catchReason(other.client.auth.me())).toBe("SESSION_ENDED");
    expect(await catchReason(app.as().auth.refresh({ refreshToken: other.refreshToken }))).toBe(
      "SESSION_ENDED",
    );
    expect((await client.auth.me()).id).toBe(user.id);
    expect(await catchReason(app.as().auth.refresh({ refreshToken }))).toBeNull();
  });

  test("requires the current password, and changes nothing without it", async ({ app }) => {
    const { user, client } = await createAccount(app);
    const other = await loginAgain(app, user);
    const wrong = client.auth.changePassword({ currentPassword: "not the current one", newPassword });
    expect(await catchReason(wrong)).toBe("PASSWORD_WRONG");
    expect((await other.client.auth.me()).id).toBe(user.id);
    expect(await catchReason(loginAgain(app, user, validPassword))).toBeNull();
  });

  test("invalidates pending reset links", async ({ app }) => {
    const { user, client } = await createAccount(app);
    await app.as().auth.requestPasswordReset({ email: user.email });
    const mail = app.services.mailer.mails.findLast(
      ({ kind, to }) => kind === "resetPassword" && to === user.email,
    );
    if (mail?.kind !== "resetPassword") throw new Error("no link was mailed");
    await client.auth.changePassword({ currentPassword: validPassword, newPassword });
    const token = new URL(mail.url).hash.replace("#token=", "");
    expect(await catchReason(app.as().auth.resetPassword({ token, newPassword: "a third password" }))).toBe(
      "EMAIL_TOKEN_INVALID",
    );
  });

  test("notifies the owner by email", async ({ app }) => {
    const { user, client } = await createAccount(app);
    await client.auth.changePassword({ currentPassword: validPassword, newPassword });
    expect(app.services.mailer.mails.at(-1)).toEqual({
      kind: "passwordChanged",
      to: user.email,
      username: user.username,
    });
  });

  test("accepts one of two concurrent changes", async ({ app }) => {
    const { client } = await createAccount(app);
    const changes = ["one new password", "other new password"].map((password) =>
      client.auth.changePassword({ currentPassword: validPassword, newPassword: password }),
    );
    expect(await countOutcomes(changes)).toEqual({ ok: 1, PASSWORD_WRONG: 1 });
  });

  test("limits guesses from an unlocked computer", async ({ app, limitAttempts }) => {
    const { client } = await createAccount(app);
    limitAttempts({ password: 3 });
    const guesses = Array.from({ length: 10 }, (_, n) =>
      client.auth.changePassword({ currentPassword: `guess number ${n}`, newPassword }),
    );
    expect(await countOutcomes(guesses)).toEqual({ PASSWORD_WRONG: 3, RATE_LIMITED: 7 });
  });

  test("is rejected for an API key", async ({ app }) => {
    const { client } = await createAccount(app);
    const { secret } = await client.auth.apiKey.create({ name: "key", scopes: ["read", "write", "manage"] });
    const withKey = await createClientWithToken(app, secret);
    expect(
      await catchReason(withKey.auth.changePassword({ currentPassword: validPassword, newPassword })),
    ).toBe("ACCOUNT_SESSION_REQUIRED");
  });
});
