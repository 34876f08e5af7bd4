import { users } from "@mdreader/db";
import { eq, sql } from "drizzle-orm";
import { describe, expect } from "vitest";

import {
  createAccount,
  createTestApp,
  createClientWithToken,
  catchReason,
  loginAgain,
  countOutcomes,
  type TestApp,
} from "../../testing/index.ts";
import { test } from "../../testing/test.ts";

const newPassword = "an entirely new password";

/** Requests a link and returns its token from the email. */
async function mailedToken({ services, as }: TestApp, email: string): Promise<string> {
  await as().auth.requestPasswordReset({ email });
  const mail = services.mailer.mails.findLast(({ kind, to }) => kind === "resetPassword" && to === email);
  if (mail?.kind !== "resetPassword") throw new Error("no link was mailed");
  return new URL(mail.url).hash.replace("#token=", "");
}

describe("requesting a password reset", () => {
  test("emails a link to the reset page, with the token in the fragment", async ({ app }) => {
    const { user } = await createAccount(app);
    await app.as().auth.requestPasswordReset({ email: user.email.toUpperCase() });
    expect(app.services.mailer.mails.at(-1)).toEqual({
      kind: "resetPassword",
      to: user.email,
      username: user.username,
      url: expect.stringMatching(/^http:\/\/app\.test\/reset-password#token=[\w-]{43}$/),
      expiresAt: expect.stringMatching(/Z$/),
    });
  });

  test("returns the same response for missing and suspended accounts and when sending fails", async () => {
    await using other = await createTestApp();
    other.services.log = { ...console, error: () => {} };
    const [{ user }, suspended] = await Promise.all([createAccount(other), createAccount(other)]);
    await other.services.database.db
      .update(users)
      .set({ deactivatedAt: sql`now()` })
      .where(eq(users.id, suspended.user.id));
    const before = other.services.mailer.mails.length;
    const ask = (email: string) => other.as().auth.requestPasswordReset({ email });
    expect(await ask(user.email)).toEqual({ ok: true });
    expect(await ask("nobody@example.test")).toEqual({ ok: true });
    expect(await ask(suspended.user.email)).toEqual({ ok: true });
    expect(other.services.mailer.mails).toHaveLength(before + 1);
    other.services.mailer.enqueue = () => Promise.reject(new Error("no mail today"));
    expect(await ask(user.email)).toEqual({ ok: true });
  });

  test("counts attempts per network, and per address within a network, whether or not the account exists", async ({
    app,
    limitAttempts,
  }) => {
    const limiter = limitAttempts({ mail: 2 });
    const asks = Array.from({ length: 4 }, () =>
      app.as().auth.requestPasswordReset({ email: "nobody@example.test" }),
    );
    expect(await countOutcomes(asks)).toEqual({ ok: 2, RATE_LIMITED: 2 });
    expect(new Set(limiter.counted)).toEqual(
      new Set(["mail.network 192.0.2.1", "mail nobody@example.test 192.0.2.1"]),
    );
  });

  test("locks nobody out and invalidates no link, however often strangers request it", async ({
    app,
    limitAttempts,
  }) => {
    const { user } = await createAccount(app);
    limitAttempts({ mail: 10, "mail.address": 12 });
    const askFrom = (ipAddress: string) =>
      app.as({ kind: "none" }, { ipAddress }).auth.requestPasswordReset({ email: user.email });
    const ofOwner = () =>
      app.services.mailer.mails.filter(({ kind, to }) => kind === "resetPassword" && to === user.email);
    await countOutcomes(Array.from({ length: 15 }, () => askFrom("198.51.100.7")));
    const token = await mailedToken(app, user.email);
    expect(ofOwner()).toHaveLength(11);
    await countOutcomes(Array.from({ length: 20 }, (_, n) => askFrom(`203.0.113.${n}`)));
    // Nor is the mailbox flooded: the links of the last hour remain valid.
    expect(ofOwner()).toHaveLength(12);
    expect(await askFrom("192.0.2.1")).toEqual({ ok: true });
    expect(await catchReason(app.as().auth.resetPassword({ token, newPassword }))).toBeNull();
  });
});

describe("resetting the password", () => {
  test("sets the new password, ends all sessions and verifies the address", async ({ app }) => {
    const { user, client, refreshToken } = await createAccount(app);
    const token = await mailedToken(app, user.email);
    expect(await app.as().auth.resetPassword({ token, newPassword })).toEqual({ ok: true });
    expect(await catchReason(client.auth.me())).toBe("SESSION_ENDED");
    expect(await catchReason(app.as().auth.refresh({ refreshToken }))).toBe("SESSION_ENDED");
    expect((await loginAgain(app, user, newPassword)).user.emailVerified).toBe(true);
    expect(app.services.mailer.mails.at(-1)).toMatchObject({ kind: "passwordChanged", to: user.email });
  });

  test("accepts a link once, also for concurrent requests", async ({ app }) => {
    const { user } = await createAccount(app);
    const token = await mailedToken(app, user.email);
    const tries = ["one new password", "other new password"].map((password) =>
      app.as().auth.resetPassword({ token, newPassword: password }),
    );
    expect(await countOutcomes(tries)).toEqual({ ok: 1, EMAIL_TOKEN_INVALID: 1 });
    expect(await catchReason(app.as().auth.resetPassword({ token, newPassword }))).toBe(
      "EMAIL_TOKEN_INVALID",
    );
  });

  test("accepts any link that was sent, and invalidates the others", async ({ app }) => {
    const { user } = await createAccount(app);
    const older = await mailedToken(app, user.email);
    const newer = await mailedToken(app, user.email);
    expect(await catchReason(app.as().auth.resetPassword({ token: older, newPassword }))).toBeNull();
    expect(await catchReason(app.as().auth.resetPassword({ token: newer, newPassword }))).toBe(
      "EMAIL_TOKEN_INVALID",
    );
  });

  test("revokes all access that the former holder of the account had or granted", async ({ app }) => {
    const squatter = await createAccount(app);
    const { email } = squatter.user;
    const { client } = squatter;
    const { secret } = await client.auth.apiKey.create({ name: "back door", scopes: ["read", "manage"] });
    const { id: workspaceId } = await client.workspace.create({ name: "Trap" });
    const { token: invitation } = await client.workspace.invitation.create({ workspaceId, role: "admin" });
    const { id: documentId } = await client.document.create({ workspaceId, title: "D", content: "text" });
    const { token: link } = await client.document.share.create({ documentId });
    const verification = app.services.mailer.mails.find(
      ({ kind, to }) => kind === "verifyEmail" && to === email,
    );
    const withKey = await createClientWithToken(app, secret);
    expect(await catchReason(withKey.workspace.list())).toBeNull();

    const token = await mailedToken(app, email);
    await app.as().auth.resetPassword({ token, newPassword });
    expect(await catchReason(withKey.workspace.list())).toBe("SESSION_ENDED");
    expect(await catchReason(app.as().workspace.invitation.preview({ token: invitation }))).toBe(
      "INVITATION_INVALID",
    );
    expect(await catchReason(app.as().document.share.read({ token: link }))).toBe("NOT_FOUND");
    if (verification?.kind !== "verifyEmail") throw new Error("no link was mailed");
    const verify = app
      .as()
      .auth.verifyEmail({ token: new URL(verification.url).hash.replace("#token=", "") });
    expect(await catchReason(verify)).toBe("EMAIL_TOKEN_INVALID");

    const owner = (await loginAgain(app, squatter.user, newPassword)).client;
    expect((await owner.auth.apiKey.list()).items).toEqual([]);
    const { items } = await owner.workspace.activity({ workspaceId });
    expect(
      items
        .slice(0, 2)
        .map(({ kind }) => kind)
        .toSorted(),
    ).toEqual(["invitation.revoked", "share.revoked"]);
  });

  test("rejects links after an hour", async () => {
    await using later = await createTestApp();
    const { user } = await createAccount(later);
    const token = await mailedToken(later, user.email);
    later.services.clock.advance(3601);
    expect(await catchReason(later.as().auth.resetPassword({ token, newPassword }))).toBe(
      "EMAIL_TOKEN_INVALID",
    );
  });

  test("rejects links of another kind, links to a former address, and links of a suspended account", async ({
    app,
  }) => {
    const { db } = app.services.database;
    const reset = (token: string) => catchReason(app.as().auth.resetPassword({ token, newPassword }));
    const { user } = await createAccount(app);
    const verification = app.services.mailer.mails.find(({ to }) => to === user.email);
    if (verification?.kind !== "verifyEmail") throw new Error("no link was mailed");
    expect(await reset(new URL(verification.url).hash.replace("#token=", ""))).toBe("EMAIL_TOKEN_INVALID");

    const moved = await mailedToken(app, user.email);
    await db
      .update(users)
      .set({ email: `new-${user.email}` })
      .where(eq(users.id, user.id));
    expect(await reset(moved)).toBe("EMAIL_TOKEN_INVALID");

    const suspended = await createAccount(app);
    const token = await mailedToken(app, suspended.user.email);
    await db
      .update(users)
      .set({ deactivatedAt: sql`now()` })
      .where(eq(users.id, suspended.user.id));
    expect(await reset(token)).toBe("EMAIL_TOKEN_INVALID");
  });

  test("computes no hash without a valid link", async ({ app }) => {
    const { hash } = app.services.passwords;
    app.services.passwords.hash = () => Promise.reject(new Error("it was hashed"));
    expect(await catchReason(app.as().auth.resetPassword({ token: "made up", newPassword }))).toBe(
      "EMAIL_TOKEN_INVALID",
    );
    app.services.passwords.hash = hash;
  });

  test("resets the limit of failed sign-ins", async ({ app, limitAttempts }) => {
    const { user } = await createAccount(app);
    limitAttempts({ "login.account": 2 });
    for (let n = 0; n < 3; n += 1) await catchReason(loginAgain(app, user, "a slip"));
    const token = await mailedToken(app, user.email);
    await app.as().auth.resetPassword({ token, newPassword });
    expect(await catchReason(loginAgain(app, user, newPassword))).toBeNull();
  });
});
