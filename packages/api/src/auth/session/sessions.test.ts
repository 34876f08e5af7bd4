import { authSessions, createId } from "@mdreader/db";
import { eq, sql } from "drizzle-orm";
import { describe, expect } from "vitest";

import { subscribeCredentialEnded } from "../../access/monitor/access-changes.ts";
import { type TestActor, createAccount, insertUser, catchReason, loginAgain } from "../../testing/index.ts";
import { test as base } from "../../testing/test.ts";

const it = base
  /** Opens `count` more sessions of a user. */
  .extend(
    "moreSessions",
    ({ app }) =>
      async ({ id }: Pick<TestActor, "id">, count: number): Promise<string[]> => {
        const ids = Array.from({ length: count }, () => createId());
        const { db } = app.services.database;
        const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
        await db
          .insert(authSessions)
          .values(
            ids.map((sessionId) => ({ id: sessionId, userId: id, tokenHash: new Uint8Array(32), expiresAt })),
          );
        return ids;
      },
  );

describe("the list of sessions", () => {
  it("contains the caller's sessions, newest first, and marks the current one", async ({ app }) => {
    const { user, client } = await createAccount(app);
    await loginAgain(app, user, undefined, { userAgent: "a phone", ipAddress: "198.51.100.7" });
    const { items, nextCursor } = await client.auth.session.list();
    expect(items).toMatchObject([
      { userAgent: "a phone", ipAddress: "198.51.100.7", current: false },
      { userAgent: "test", ipAddress: "192.0.2.1", current: true },
    ]);
    expect(nextCursor).toBeNull();
  });

  it("costs one statement, including the check", async ({ app }) => {
    const { client } = await insertUser(app);
    const before = app.statements.length;
    await client.auth.session.list();
    expect(app.statements.length - before).toBe(1);
  });

  it("is paginated, with each session once", async ({ app, moreSessions }) => {
    const actor = await insertUser(app);
    const ids = [actor.credential.sessionId, ...(await moreSessions(actor, 7))];
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: { items: { id: string }[]; nextCursor: string | null } =
        await actor.client.auth.session.list({
          limit: 3,
          cursor,
        });
      expect(page.items.length).toBeLessThanOrEqual(3);
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(seen).toEqual(ids.toReversed());
  });

  it("omits sessions that have ended or expired, and sessions of other users", async ({
    app,
    moreSessions,
  }) => {
    const [actor] = await Promise.all([insertUser(app), insertUser(app)]);
    const [ended = "", expired = ""] = await moreSessions(actor, 2);
    const { db } = app.services.database;
    await actor.client.auth.session.revoke({ id: ended });
    await db
      .update(authSessions)
      .set({ expiresAt: sql`now()` })
      .where(eq(authSessions.id, expired));
    const { items } = await actor.client.auth.session.list();
    expect(items.map(({ id }) => id)).toEqual([actor.credential.sessionId]);
  });

  it.for(["x", "bm9uc2Vuc2U", "'; drop table users", "IjEi"])(
    "rejects an invalid cursor: %s",
    async (cursor, { app }) => {
      const { client } = await insertUser(app);
      expect(await catchReason(client.auth.session.list({ cursor }))).toBe("BAD_CURSOR");
    },
  );
});

describe("revoking a session", () => {
  it("ends the session from the next call on, and closes its connections", async ({ app }) => {
    const { user, client } = await createAccount(app);
    const phone = await loginAgain(app, user);
    const credential = await app.services.tokens.verifyAccess(phone.accessToken);
    if (credential.kind !== "session") throw new Error("no session");
    let closed = 0;
    subscribeCredentialEnded(app.services.bus, credential, () => (closed += 1));
    expect(await client.auth.session.revoke({ id: credential.sessionId })).toEqual({ ok: true });
    expect(closed).toBe(1);
    expect(await catchReason(phone.client.auth.me())).toBe("SESSION_ENDED");
    expect(await catchReason(app.as().auth.refresh({ refreshToken: phone.refreshToken }))).toBe(
      "SESSION_ENDED",
    );
    expect((await client.auth.me()).id).toBe(user.id);
  });

  it("fails for sessions that do not exist, have ended, or belong to another user", async ({ app }) => {
    const [{ client, credential }, other] = await Promise.all([insertUser(app), insertUser(app)]);
    const revoke = (id: string) => catchReason(client.auth.session.revoke({ id }));
    expect(await revoke(createId())).toBe("NOT_FOUND");
    expect(await revoke(other.credential.sessionId)).toBe("NOT_FOUND");
    expect((await other.client.auth.me()).id).toBe(other.id);
    expect(await revoke(credential.sessionId)).toBeNull();
    expect(await revoke(credential.sessionId)).toBe("SESSION_ENDED");
  });
});

it("revoking the other sessions keeps the current one and those of other users", async ({
  app,
  moreSessions,
}) => {
  const [actor, other] = await Promise.all([insertUser(app), insertUser(app)]);
  const ids = await moreSessions(actor, 3);
  expect(await actor.client.auth.session.revokeOthers()).toEqual({ ok: true });
  for (const sessionId of ids) {
    const client = app.as({ kind: "session", userId: actor.id, sessionId });
    expect(await catchReason(client.auth.me())).toBe("SESSION_ENDED");
  }
  expect((await actor.client.auth.me()).id).toBe(actor.id);
  expect((await other.client.auth.me()).id).toBe(other.id);
});
