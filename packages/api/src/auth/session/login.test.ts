import { reasons } from "@mdreader/contract";
import { authSessions, users } from "@mdreader/db";
import { eq, sql } from "drizzle-orm";
import { describe, expect, vi } from "vitest";

import {
  createCookieJar,
  createAccount,
  catchReason,
  validPassword,
  loginAgain,
  countOutcomes,
} from "../../testing/index.ts";
import { test as base } from "../../testing/test.ts";
import { toTrpcError } from "../../trpc/errors.ts";

const test = base.extend(
  "suspend",
  ({ app }) =>
    (id: string) =>
      app.services.database.db
        .update(users)
        .set({ deactivatedAt: sql`now()` })
        .where(eq(users.id, id)),
);

describe("signing in", () => {
  test("opens a separate session on each device", async ({ app }) => {
    const { user, client } = await createAccount(app);
    const phone = await loginAgain(app, user, validPassword, {
      userAgent: "a phone",
      ipAddress: "2001:db8::7",
    });
    expect(await phone.client.auth.me()).toMatchObject({ id: user.id });
    expect(await client.auth.me()).toMatchObject({ id: user.id });
    const { items } = await phone.client.auth.session.list();
    expect(items).toHaveLength(2);
    expect(items[0]).toMatchObject({ userAgent: "a phone", ipAddress: "2001:db8::7", current: true });
  });

  test("ignores the case of the address", async ({ app }) => {
    const { user } = await createAccount(app);
    expect((await loginAgain(app, { email: ` ${user.email.toUpperCase()} ` })).user.id).toBe(user.id);
  });

  test("returns the same error for an unknown address, a wrong password and a suspended account, and hashes for each", async ({
    app,
    suspend,
  }) => {
    const { user } = await createAccount(app);
    const suspended = await createAccount(app);
    await suspend(suspended.user.id);
    const verify = vi.spyOn(app.services.passwords, "verify");
    const answers = [];
    for (const [email, password] of [
      ["nobody@example.test", validPassword],
      [user.email, "wrong password"],
      [suspended.user.email, validPassword],
    ] as const) {
      const refused = await app.as().auth.login({ email, password }).catch(toTrpcError);
      answers.push(refused);
    }
    expect(verify).toHaveBeenCalledTimes(3);
    verify.mockRestore();
    const answer = {
      code: "UNAUTHORIZED",
      message: reasons.BAD_CREDENTIALS,
      cause: { reason: "BAD_CREDENTIALS" },
    };
    expect(answers).toMatchObject([answer, answer, answer]);
  });

  test("is rejected when the password changes while it is being verified", async ({ app }) => {
    const { user, client } = await createAccount(app);
    const { passwords } = app.services;
    const { verify } = passwords;
    passwords.verify = async (hash, password, turn) => {
      passwords.verify = verify;
      const right = await verify(hash, password, turn);
      await client.auth.changePassword({ currentPassword: validPassword, newPassword: "another password" });
      return right;
    };
    expect(await catchReason(loginAgain(app, user))).toBe("BAD_CREDENTIALS");
  });

  test("hides the refresh token from a browser's scripts", async ({ app }) => {
    const { user } = await createAccount(app);
    const refreshCookie = createCookieJar();
    const answer = await app
      .as({ kind: "none" }, { refreshCookie })
      .auth.login({ email: user.email, password: validPassword, refreshTokenDelivery: "cookie" });
    expect(answer.refreshToken).toBeNull();
    expect(refreshCookie.token).toEqual(expect.any(String));
  });

  test("truncates long user agents", async ({ app }) => {
    const { user } = await createAccount(app);
    await loginAgain(app, user, validPassword, { userAgent: "x".repeat(10_000) });
    const { db } = app.services.database;
    const rows = await db.select().from(authSessions).where(eq(authSessions.userId, user.id));
    expect(rows.map(({ userAgent }) => userAgent?.length)).toContain(400);
  });
});

describe("guessing passwords", () => {
  test("is counted per network, and per account within a network, before the password is verified", async ({
    app,
    limitAttempts,
  }) => {
    const limiter = limitAttempts();
    const verify = vi.spyOn(app.services.passwords, "verify").mockImplementation(async () => {
      expect(limiter.counted).toHaveLength(2);
      return false;
    });
    const request = { ipAddress: "2001:db8:1:2:3::4" };
    await catchReason(loginAgain(app, { email: "Someone@Example.test" }, "a guess", request));
    expect(verify).toHaveBeenCalledOnce();
    verify.mockRestore();
    expect(limiter.counted).toEqual([
      "login.address 2001:db8:1:2::/64",
      "login.account someone@example.test 2001:db8:1:2::/64",
    ]);
  });

  test("is limited when all guesses arrive concurrently from addresses of one network", async ({
    app,
    limitAttempts,
  }) => {
    const { user } = await createAccount(app);
    limitAttempts({ "login.account": 5 });
    const guesses = Array.from({ length: 100 }, (_, n) =>
      loginAgain(app, user, `guess ${n}`, { ipAddress: `2001:db8:7:7::${n.toString(16)}` }),
    );
    expect(await countOutcomes(guesses)).toEqual({ BAD_CREDENTIALS: 5, RATE_LIMITED: 95 });
  });

  test("is limited per network across accounts", async ({ app, limitAttempts }) => {
    limitAttempts({ "login.address": 5 });
    const guesses = Array.from({ length: 20 }, (_, n) =>
      loginAgain(app, { email: `user${n}@example.test` }, "a guess"),
    );
    expect(await countOutcomes(guesses)).toEqual({ BAD_CREDENTIALS: 5, RATE_LIMITED: 15 });
  });

  test("does not lock out an owner on another network", async ({ app, limitAttempts }) => {
    const { user } = await createAccount(app);
    limitAttempts({ "login.account": 2 });
    for (let n = 0; n < 5; n += 1)
      await catchReason(loginAgain(app, user, "a guess", { ipAddress: "198.51.100.1" }));
    expect(await catchReason(loginAgain(app, user, validPassword, { ipAddress: "203.0.113.1" }))).toBeNull();
  });

  test("is no longer counted after the right password", async ({ app, limitAttempts }) => {
    const { user } = await createAccount(app);
    limitAttempts({ "login.account": 3 });
    for (let n = 0; n < 3; n += 1) {
      await catchReason(loginAgain(app, user, "a slip"));
      await catchReason(loginAgain(app, user, "another slip"));
      expect(await catchReason(loginAgain(app, user))).toBeNull();
    }
  });
});
