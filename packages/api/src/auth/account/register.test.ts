import { authSessions, emailTokens, users } from "@mdreader/db";
import { eq } from "drizzle-orm";
import { describe, expect } from "vitest";

import {
  createCookieJar,
  createTestLimiter,
  createAccount,
  createTestApp,
  catchReason,
  validPassword,
  loginAgain,
  countOutcomes,
} from "../../testing/index.ts";
import { test as base } from "../../testing/test.ts";

const it = base.extend(
  "register",
  ({ app }) =>
    (fields: { email: string; username: string; password?: string; fullName?: string }) =>
      app.as().auth.register({ password: validPassword, ...fields }),
);

describe("registration", () => {
  it("creates an account, signs it in, and reveals nothing about its password", async ({ register, app }) => {
    const answer = await register({ email: " Ada@Example.Test ", username: "Ada", fullName: "Ada Lovelace" });
    expect(answer.user).toEqual({
      id: expect.any(String),
      email: "ada@example.test",
      username: "Ada",
      fullName: "Ada Lovelace",
      emailVerified: false,
      emailVerifiedAt: null,
      isActive: true,
      isSuperuser: false,
      lastLoginAt: expect.any(String),
      passwordChangedAt: expect.any(String),
      hasPassword: true,
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
    });
    expect(Object.keys(answer).toSorted()).toEqual([
      "accessToken",
      "expiresAt",
      "refreshExpiresAt",
      "refreshToken",
      "user",
    ]);
    const me = await app.as(await app.services.tokens.verifyAccess(answer.accessToken)).auth.me();
    expect(me).toEqual(answer.user);
  });

  it("stores the password and the refresh token as hashes only", async ({ app }) => {
    const { user, refreshToken } = await createAccount(app);
    const { db } = app.services.database;
    const [row] = await db.select().from(users).where(eq(users.id, user.id));
    const [session] = await db.select().from(authSessions).where(eq(authSessions.userId, user.id));
    expect(row?.passwordHash).toMatch(/^\$argon2id\$/);
    const claims = await app.services.tokens.verifyRefresh(refreshToken);
    expect(session?.tokenHash).toHaveLength(32);
    expect(Buffer.from(session?.tokenHash ?? []).toString("base64url")).not.toBe(claims?.secret);
  });

  it("emails a link that verifies the address, with the token in the fragment", async ({ app }) => {
    const { user } = await createAccount(app);
    const mail = app.services.mailer.mails.find(({ to }) => to === user.email);
    expect(mail).toMatchObject({ kind: "verifyEmail", username: user.username });
    expect(mail).toHaveProperty(
      "url",
      expect.stringMatching(/^http:\/\/app\.test\/verify-email#token=[\w-]{43}$/),
    );
  });

  it("succeeds when the email can't be sent", async () => {
    await using broken = await createTestApp();
    broken.services.log = { ...console, error: () => {} };
    broken.services.mailer.enqueue = () => Promise.reject(new Error("no mail today"));
    const { client, user } = await createAccount(broken);
    expect(await client.auth.me()).toEqual(user);
  });

  it("rejects an email address or username that is taken, regardless of case", async ({ app, register }) => {
    const { user } = await createAccount(app);
    const taken = (fields: { email?: string; username?: string }) =>
      catchReason(register({ email: "new@example.test", username: "new-name", ...fields }));
    expect(await taken({ email: user.email.toUpperCase() })).toBe("EMAIL_TAKEN");
    expect(await taken({ username: user.username.toUpperCase() })).toBe("USERNAME_TAKEN");
    expect(await taken({ email: user.email, username: user.username })).toBe("EMAIL_TAKEN");
  });

  it("creates one user for 20 concurrent requests with one address in different case", async ({
    register,
  }) => {
    const attempts = Array.from({ length: 20 }, (_, n) => {
      const address = "race@example.test";
      return register({
        email: address.slice(0, n % 8).toUpperCase() + address.slice(n % 8),
        username: `racer-${n}`,
      });
    });
    expect(await countOutcomes(attempts)).toEqual({ ok: 1, EMAIL_TAKEN: 19 });
  });

  it("creates one user for 20 concurrent requests with equal usernames", async ({ register }) => {
    const attempts = Array.from({ length: 20 }, () =>
      register({ email: "Twin@example.test", username: "twin" }),
    );
    expect(await countOutcomes(attempts)).toEqual({ ok: 1, EMAIL_TAKEN: 19 });
  });

  it("reports the taken address first, whichever index Postgres checks first", async () => {
    await using other = await createTestApp();
    const { user } = await createAccount(other);
    await other.services.database.sql`drop index users_email_key`;
    await other.services.database.sql`create unique index users_email_key on users (email)`;
    const { email, username } = user;
    expect(await catchReason(createAccount(other, { email, username }))).toBe("EMAIL_TAKEN");
    expect(await catchReason(createAccount(other, { username }))).toBe("USERNAME_TAKEN");
  });

  it("writes nothing when it is rejected", async ({ app, register }) => {
    const { user } = await createAccount(app);
    const { db } = app.services.database;
    const counts = () => Promise.all([db.$count(users), db.$count(authSessions), db.$count(emailTokens)]);
    const before = await counts();
    await catchReason(register({ email: "unused@example.test", username: user.username }));
    expect(await counts()).toEqual(before);
  });

  it("counts attempts by network before hashing", async () => {
    await using limited = await createTestApp();
    const limiter = createTestLimiter({ register: 0 });
    limited.services.limiter = limiter;
    expect(await catchReason(createAccount(limited))).toBe("RATE_LIMITED");
    expect(limiter.counted).toEqual(["register 192.0.2.1"]);
  });
});

describe("a password", () => {
  it.for([
    ["of 64 characters", "p".repeat(64)],
    ["of 256 characters", "p".repeat(256)],
    ["of spaces and Unicode", " 密码 with spaces 🔑 "],
  ])("%s can be registered and used to sign in", async ([, password], { app }) => {
    const { user } = await createAccount(app, { password });
    expect((await loginAgain(app, user, password)).user.id).toBe(user.id);
  });

  it("is significant to the last byte when it is longer than 72 bytes", async ({ app }) => {
    const password = "p".repeat(80);
    const { user } = await createAccount(app, { password });
    expect(await catchReason(loginAgain(app, user, `${"p".repeat(72)}x${"p".repeat(7)}`))).toBe(
      "BAD_CREDENTIALS",
    );
  });

  it.for([
    ["over 256 characters", "p".repeat(257)],
    ["under 8 characters", "short"],
    ["with a NUL character", "nul\0nul\0nul"],
  ])("%s is rejected before hashing", async ([, password], { app }) => {
    const hash = app.services.passwords.hash;
    app.services.passwords.hash = () => Promise.reject(new Error("it was hashed"));
    expect(await catchReason(createAccount(app, { password }))).toBe("BAD_INPUT");
    app.services.passwords.hash = hash;
  });
});

describe("an input", () => {
  const good = { email: "input@example.test", username: "input", password: validPassword };

  it.for([
    ["a field that is not in it", { ...good, role: "owner" }],
    ["an id of its own", { ...good, id: "01a20707-d475-706d-a1b5-ba971d125e44" }],
    ["no address", { ...good, email: "nobody" }],
    ["an address of 1 MB", { ...good, email: `${"a".repeat(1_000_000)}@example.test` }],
    ["a lone surrogate", { ...good, username: "lone \ud800" }],
    ["a NUL character", { ...good, fullName: "nul \0" }],
    ["a line break in a name", { ...good, username: "two\nlines" }],
    ["a name of 51 characters", { ...good, username: "n".repeat(51) }],
    [
      "the key __proto__",
      JSON.parse(`{"__proto__":{"role":"owner"},"email":"a@b.test","username":"abc","password":"12345678"}`),
    ],
    ["a password that is no text", { ...good, password: { length: 12 } }],
  ])("with %s is rejected", async ([, input], { app }) => {
    expect(await catchReason(app.as().auth.register(input))).toBe("BAD_INPUT");
  });
});

describe("a browser", () => {
  const cookieInput = (name: string) => ({
    email: `${name}@example.test`,
    username: name,
    password: validPassword,
    refreshTokenDelivery: "cookie" as const,
  });

  it("receives the refresh token in a cookie with the lifetime of the session, and not in the response", async ({
    app,
  }) => {
    const refreshCookie = createCookieJar();
    const answer = await app.as({ kind: "none" }, { refreshCookie }).auth.register(cookieInput("browser"));
    expect(answer.refreshToken).toBeNull();
    expect(JSON.stringify(answer)).not.toContain(refreshCookie.token);
    expect(await app.services.tokens.verifyRefresh(refreshCookie.token ?? "")).not.toBeNull();
    const days = ((refreshCookie.expiresAt?.getTime() ?? 0) - Date.now()) / 86_400_000;
    expect(days).toBeCloseTo(30, 1);
  });

  it("receives an error before any write where cookies can't be set", async ({ app }) => {
    expect(await catchReason(app.as().auth.register(cookieInput("socket")))).toBe("BAD_INPUT");
    expect(await app.services.database.db.$count(users, eq(users.username, "socket"))).toBe(0);
  });
});
