import { authSessions, createId } from "@mdreader/db";
import { eq, sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { subscribeCredentialEnded } from "../../access/revocation.ts";
import {
  type TestActor,
  createAccount,
  insertUser,
  createTestApp,
  catchReason,
  loginAgain,
  type TestApp,
} from "../../testing/index.ts";

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app[Symbol.asyncDispose]());

/** Signs someone in that many times more. */
async function moreSessions({ id }: Pick<TestActor, "id">, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => createId());
  const { db } = app.services.database;
  const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
  await db
    .insert(authSessions)
    .values(
      ids.map((sessionId) => ({ id: sessionId, userId: id, tokenHash: new Uint8Array(32), expiresAt })),
    );
  return ids;
}

describe("the list of sessions", () => {
  it("shows where one is signed in, the newest first, and which of them this is", async () => {
    const { user, client } = await createAccount(app);
    await loginAgain(app, user, undefined, { userAgent: "a phone", ipAddress: "198.51.100.7" });
    const { items, nextCursor } = await client.auth.session.list();
    expect(items).toMatchObject([
      { userAgent: "a phone", ipAddress: "198.51.100.7", current: false },
      { userAgent: "test", ipAddress: "192.0.2.1", current: true },
    ]);
    expect(nextCursor).toBeNull();
  });

  it("takes one statement, the check included", async () => {
    const { client } = await insertUser(app);
    const before = app.statements.length;
    await client.auth.session.list();
    expect(app.statements.length - before).toBe(1);
  });

  it("comes in pages, each session once", async () => {
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

  it("leaves out what has ended or expired, and what is others'", async () => {
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

  it.each(["x", "bm9uc2Vuc2U", "'; drop table users", "IjEi"])(
    "refuses a made-up page marker: %s",
    async (cursor) => {
      const { client } = await insertUser(app);
      expect(await catchReason(client.auth.session.list({ cursor }))).toBe("BAD_CURSOR");
    },
  );
});

describe("revoking a session", () => {
  it("signs out there with the next call, and closes its connections", async () => {
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

  it("is refused for what is not there, has ended, or is someone else's", async () => {
    const [{ client, credential }, other] = await Promise.all([insertUser(app), insertUser(app)]);
    const revoke = (id: string) => catchReason(client.auth.session.revoke({ id }));
    expect(await revoke(createId())).toBe("NOT_FOUND");
    expect(await revoke(other.credential.sessionId)).toBe("NOT_FOUND");
    expect((await other.client.auth.me()).id).toBe(other.id);
    expect(await revoke(credential.sessionId)).toBeNull();
    expect(await revoke(credential.sessionId)).toBe("SESSION_ENDED");
  });
});

it("revoking the other sessions leaves this one and other people's", async () => {
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
