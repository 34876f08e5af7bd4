import { authSessions, users } from "@mdreader/db";
import { eq, sql } from "drizzle-orm";
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
import { createTokenIssuer } from "./tokens.ts";

const test = base
  .extend("quietLog", { scope: "file", auto: true }, ({ app }) => {
    app.services.log = { ...console, warn: () => {} };
  })
  /** Refreshes a session. @returns The new tokens; the refresh token is in the body. */
  .extend(
    "refresh",
    ({ app }) =>
      async (refreshToken: string): Promise<{ accessToken: string; refreshToken: string }> => {
        const { accessToken, refreshToken: next } = await app.as().auth.refresh({ refreshToken });
        if (next === null) throw new Error("the refresh token went into a cookie");
        return { accessToken, refreshToken: next };
      },
  )
  .extend(
    "refreshFails",
    ({ refresh }) =>
      (refreshToken: string) =>
        catchReason(refresh(refreshToken)),
  );

describe("refreshing", () => {
  test("returns a new access token of the same session, and the next refresh token", async ({
    app,
    refresh,
  }) => {
    const { user, refreshToken } = await createAccount(app);
    const next = await refresh(refreshToken);
    expect(next.refreshToken).not.toBe(refreshToken);
    const client = await createClientWithToken(app, next.accessToken);
    expect(await client.auth.me()).toEqual(user);
    const { items } = await client.auth.session.list();
    expect(items).toMatchObject([{ current: true }]);
    expect((await refresh(next.refreshToken)).refreshToken).not.toBe(next.refreshToken);
  });

  test("returns the same successor to 20 concurrent requests with one token", async ({ app, refresh }) => {
    const { refreshToken } = await createAccount(app);
    const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(refreshToken)));
    expect(new Set(answers.map((answer) => answer.refreshToken)).size).toBe(1);
    const { items } = await (
      await createClientWithToken(app, answers[7]?.accessToken ?? "")
    ).auth.session.list();
    expect(items).toHaveLength(1);
  });

  test("returns the same successor again within ten seconds, for clients that lost the response", async ({
    app,
    refresh,
    refreshFails,
  }) => {
    const { refreshToken } = await createAccount(app);
    const first = await refresh(refreshToken);
    app.services.clock.advance(9);
    expect((await refresh(refreshToken)).refreshToken).toBe(first.refreshToken);
    expect(await refreshFails(first.refreshToken)).toBeNull();
  });

  test("returns the same successor from a server whose secret has been replaced", async () => {
    await using rolling = await createTestApp();
    const { services } = rolling;
    const { refreshToken } = await createAccount(rolling);
    const renew = async (token: string | null) =>
      (await rolling.as().auth.refresh({ refreshToken: token ?? "" })).refreshToken;
    const before = services.tokens;
    const successor = await renew(refreshToken);
    const { settings, clock } = services;
    const replaced = {
      ...settings,
      jwtSecret: "the next secret of thirty-two bytes or more",
      previousJwtSecret: settings.jwtSecret,
    };
    services.tokens = createTokenIssuer(replaced, clock);
    const again = await renew(refreshToken);
    const next = await renew(again);
    // A server that still has the previous secret can't derive the successor. The client may ask another one.
    services.tokens = before;
    expect(await catchReason(renew(successor))).toBe("UNAVAILABLE");
    services.tokens = createTokenIssuer(replaced, clock);
    expect(await renew(successor)).toBe(next);
  });

  test("ends the session when a token is reused after ten seconds", async ({
    app,
    refresh,
    refreshFails,
  }) => {
    const { refreshToken, client } = await createAccount(app);
    const next = await refresh(refreshToken);
    app.services.clock.advance(11);
    expect(await refreshFails(refreshToken)).toBe("REFRESH_TOKEN_REUSED");
    expect(await refreshFails(next.refreshToken)).toBe("SESSION_ENDED");
    expect(await catchReason(client.auth.me())).toBe("SESSION_ENDED");
    expect(await catchReason((await createClientWithToken(app, next.accessToken)).auth.me())).toBe(
      "SESSION_ENDED",
    );
  });

  test("ends the session when a token older than the previous one is reused, however soon", async ({
    app,
    refresh,
    refreshFails,
  }) => {
    const { refreshToken } = await createAccount(app);
    const second = await refresh(refreshToken);
    const third = await refresh(second.refreshToken);
    expect(await refreshFails(refreshToken)).toBe("REFRESH_TOKEN_REUSED");
    expect(await refreshFails(third.refreshToken)).toBe("SESSION_ENDED");
  });

  test("ends only the session whose token was reused", async ({ app, refresh, refreshFails }) => {
    const { user, refreshToken } = await createAccount(app);
    const other = await loginAgain(app, user);
    await refresh(refreshToken);
    app.services.clock.advance(11);
    expect(await refreshFails(refreshToken)).toBe("REFRESH_TOKEN_REUSED");
    expect(await other.client.auth.me()).toMatchObject({ id: user.id });
    expect(await refreshFails(other.refreshToken)).toBeNull();
  });

  test("closes the open connections of a session whose token was reused", async ({
    app,
    refresh,
    refreshFails,
  }) => {
    const { refreshToken, accessToken } = await createAccount(app);
    const credential = await app.services.tokens.verifyAccess(accessToken);
    if (credential.kind !== "session") throw new Error("no session");
    let closed = 0;
    const stop = subscribeCredentialEnded(app.services.bus, credential, () => (closed += 1));
    await refresh(refreshToken);
    expect(closed).toBe(0);
    app.services.clock.advance(11);
    await refreshFails(refreshToken);
    expect(closed).toBe(1);
    stop();
  });

  test("extends a session to thirty days from the last refresh", async () => {
    await using later = await createTestApp();
    const { refreshToken } = await createAccount(later);
    const refreshLater = async (token: string) =>
      (await later.as().auth.refresh({ refreshToken: token })).refreshToken;
    later.services.clock.advance(29 * 86_400);
    const second = await refreshLater(refreshToken);
    later.services.clock.advance(29 * 86_400);
    const third = await refreshLater(second ?? "");
    later.services.clock.advance(31 * 86_400);
    expect(await catchReason(refreshLater(third ?? ""))).toBe("REFRESH_TOKEN_INVALID");
  });

  test("rejects access tokens, malformed tokens, and requests without a token", async ({
    app,
    refreshFails,
  }) => {
    const { accessToken } = await createAccount(app);
    expect(await refreshFails(accessToken)).toBe("REFRESH_TOKEN_INVALID");
    expect(await refreshFails("nonsense")).toBe("REFRESH_TOKEN_INVALID");
    expect(await catchReason(app.as().auth.refresh())).toBe("UNAUTHENTICATED");
    expect(await catchReason(app.as().auth.refresh({}))).toBe("UNAUTHENTICATED");
  });

  test("is rejected after signing out, and for suspended and deleted accounts", async ({
    app,
    refreshFails,
  }) => {
    const { db } = app.services.database;
    const [left, suspended, deleted] = await Promise.all([
      createAccount(app),
      createAccount(app),
      createAccount(app),
    ]);
    await left.client.auth.logout();
    await db
      .update(users)
      .set({ deactivatedAt: sql`now()` })
      .where(eq(users.id, suspended.user.id));
    await db.delete(users).where(eq(users.id, deleted.user.id));
    for (const { refreshToken, client } of [left, suspended, deleted]) {
      const reason = client === suspended.client ? "ACCOUNT_SUSPENDED" : "SESSION_ENDED";
      expect(await refreshFails(refreshToken)).toBe(reason);
      expect(await catchReason(client.auth.me())).toBe("SESSION_ENDED");
    }
  });

  test("rejects a token that is newer than a restored database, and keeps the session", async ({
    app,
    refresh,
    refreshFails,
  }) => {
    const { user, refreshToken } = await createAccount(app);
    const { db } = app.services.database;
    const ofUser = eq(authSessions.userId, user.id);
    const [backup] = await db.select().from(authSessions).where(ofUser);
    const second = await refresh(refreshToken);
    await db
      .update(authSessions)
      .set({ ...backup })
      .where(ofUser);
    expect(await refreshFails(second.refreshToken)).toBe("REFRESH_TOKEN_INVALID");
    expect(await refreshFails(refreshToken)).toBeNull();
  });
});

describe("refreshing in a browser", () => {
  test("reads the cookie and sets the successor there, not in the response", async ({
    app,
    refreshFails,
  }) => {
    const { user, refreshToken } = await createAccount(app);
    const refreshCookie = createCookieJar(refreshToken);
    const answer = await app.as({ kind: "none" }, { refreshCookie }).auth.refresh();
    expect(answer.refreshToken).toBeNull();
    expect(refreshCookie.token).not.toBe(refreshToken);
    expect(await (await createClientWithToken(app, answer.accessToken)).auth.me()).toEqual(user);
    expect(await refreshFails(refreshCookie.token ?? "")).toBeNull();
  });

  test("removes a cookie that is permanently invalid", async ({ app }) => {
    const { refreshToken, client } = await createAccount(app);
    await client.auth.logout();
    for (const token of [refreshToken, "nonsense"]) {
      const refreshCookie = createCookieJar(token);
      expect(await catchReason(app.as({ kind: "none" }, { refreshCookie }).auth.refresh())).not.toBeNull();
      expect(refreshCookie.token).toBeNull();
    }
  });

  test("keeps the cookie while the database is unavailable", async () => {
    await using broken = await createTestApp();
    const { refreshToken } = await createAccount(broken);
    const refreshCookie = createCookieJar(refreshToken);
    await broken.services.database.close();
    expect(await catchReason(broken.as({ kind: "none" }, { refreshCookie }).auth.refresh())).toBe(
      "UNAVAILABLE",
    );
    expect(refreshCookie.token).toBe(refreshToken);
  });
});
