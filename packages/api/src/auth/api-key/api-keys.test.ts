import { apiKeys, createId, users } from "@mdreader/db";
import { eq, sql } from "drizzle-orm";
import { describe, expect, vi } from "vitest";

import { subscribeCredentialEnded } from "../../access/monitor/access-changes.ts";
import {
  insertUser,
  insertWorkspace,
  createClientWithToken,
  catchReason,
  countOutcomes,
} from "../../testing/index.ts";
import { test as it } from "../../testing/test.ts";
import { authenticate } from "../authenticate.ts";

describe("an API key", () => {
  it("acts as its owner", async ({ app }) => {
    const owner = await insertUser(app);
    const { id } = await insertWorkspace(app, { owner });
    const { secret } = await owner.client.auth.apiKey.create({ name: "script", scopes: ["read"] });
    const withKey = await createClientWithToken(app, secret);
    expect((await withKey.auth.me()).id).toBe(owner.id);
    expect(await withKey.workspace.get({ id })).toMatchObject({ id, role: "owner" });
  });

  it("returns its secret once, and is stored as a hash", async ({ app }) => {
    const { client } = await insertUser(app);
    const { secret, ...created } = await client.auth.apiKey.create({
      name: "script",
      scopes: ["read", "write", "read"],
    });
    expect(secret).toMatch(/^mdr_[\w-]{43}$/);
    expect(created).toMatchObject({
      name: "script",
      scopes: ["read", "write"],
      hint: secret.slice(0, 10),
      lastUsedAt: null,
      expiresAt: null,
    });
    const { items } = await client.auth.apiKey.list();
    expect(items).toEqual([created]);
    const [row] = await app.services.database.db.select().from(apiKeys).where(eq(apiKeys.id, created.id));
    expect(row?.secretHash).toHaveLength(32);
    expect(JSON.stringify(row)).not.toContain(secret.slice(10));
  });

  it("reveals no text by writing or copying when it lacks the read scope", async ({ app }) => {
    const owner = await insertUser(app);
    const { id: workspaceId } = await insertWorkspace(app, { owner });
    const content = "a secret line\n";
    const { id } = await owner.client.document.create({ workspaceId, title: "D", content });
    const key = async (scopes: ("read" | "write")[]) =>
      createClientWithToken(app, (await owner.client.auth.apiKey.create({ name: "k", scopes })).secret);
    const [writer, both] = [await key(["write"]), await key(["read", "write"])];
    const responses = [
      await writer.document.update({ id, title: "E" }),
      await writer.document.duplicate({ id }),
      await writer.document.applyText({ id, baseVersion: 1, text: content }),
      await writer.document.applyText({ id, baseVersion: 1, text: "another line\n" }),
    ];
    expect(responses.map((answer) => answer.content)).toEqual([null, null, null, null]);
    expect(JSON.stringify(responses)).not.toContain("secret");
    await owner.client.document.applyText({ id, baseVersion: 1, text: "a second secret\n" });
    const merged = await writer.document.applyText({ id, baseVersion: 1, text: "what the key wrote\n" });
    expect(merged.conflicts).toHaveLength(1);
    expect(JSON.stringify(merged)).not.toContain("secret");
    const copy = await both.document.duplicate({ id });
    expect(copy.content).toBe((await owner.client.document.get({ id })).content);
  });

  it("is limited to its scopes, and never allows actions that require a session", async ({ app }) => {
    const { client, id: userId } = await insertUser(app);
    const writer = await createClientWithToken(
      app,
      (await client.auth.apiKey.create({ name: "w", scopes: ["write"] })).secret,
    );
    expect(await catchReason(writer.auth.me())).toBe("SCOPE_MISSING");
    const all = await client.auth.apiKey.create({ name: "all", scopes: ["read", "write", "manage"] });
    const withAll = await createClientWithToken(app, all.secret);
    expect((await withAll.auth.me()).id).toBe(userId);
    const attempts = [
      withAll.auth.apiKey.create({ name: "another", scopes: ["read"] }),
      withAll.auth.apiKey.list(),
      withAll.auth.apiKey.revoke({ id: all.id }),
      withAll.auth.session.list(),
      withAll.auth.session.revokeOthers(),
      withAll.auth.updateProfile({ fullName: "someone else" }),
      withAll.auth.deleteAccount({ password: "whatever" }),
    ];
    expect(await countOutcomes(attempts)).toEqual({ ACCOUNT_SESSION_REQUIRED: attempts.length });
  });

  it("finds nothing outside of the workspace that it is limited to", async ({ app }) => {
    const owner = await insertUser(app);
    const { id: workspaceId } = await insertWorkspace(app, { owner });
    const other = await insertWorkspace(app, { owner });
    const { id: foreign } = await owner.client.document.create({ workspaceId: other.id, title: "Foreign" });
    const scopes = ["read" as const, "write" as const, "manage" as const];
    const key = await owner.client.auth.apiKey.create({ name: "agent", scopes, workspaceId });
    expect(key.workspaceId).toBe(workspaceId);
    expect((await owner.client.auth.apiKey.list()).items).toMatchObject([{ id: key.id, workspaceId }]);
    const limited = await createClientWithToken(app, key.secret);
    const own = await limited.document.create({ workspaceId, title: "Own" });
    expect(await limited.document.get({ id: own.id })).toMatchObject({ title: "Own" });
    expect((await limited.workspace.list({})).items.map(({ id }) => id)).toEqual([workspaceId]);
    const attempts = [
      limited.workspace.get({ id: other.id }),
      limited.document.get({ id: foreign }),
      limited.document.update({ id: foreign, title: "Renamed" }),
      limited.document.duplicate({ id: foreign }),
      limited.document.list({ workspaceId: other.id }),
    ];
    expect(await countOutcomes(attempts)).toEqual({ NOT_FOUND: attempts.length });
    expect(await catchReason(limited.workspace.create({ name: "Another" }))).toBe("KEY_LIMITED_TO_WORKSPACE");
    expect(await catchReason(limited.presence.connections({}))).toBe("KEY_LIMITED_TO_WORKSPACE");
  });

  it("can be limited only to a workspace of its owner, and not for actions on the instance", async ({
    app,
  }) => {
    const owner = await insertUser(app, { isSuperuser: true });
    const stranger = await insertUser(app);
    const { id: workspaceId } = await insertWorkspace(app, { owner });
    const create = ({ client }: typeof owner, scopes: ("read" | "instance")[]) =>
      catchReason(client.auth.apiKey.create({ name: "agent", scopes, workspaceId }));
    expect(await create(stranger, ["read"])).toBe("NOT_FOUND");
    expect(await create(owner, ["read", "instance"])).toBe("BAD_INPUT");
    expect(await create(owner, ["read"])).toBeNull();
  });

  it("that is limited to a workspace gets no results of its owner's calls in other ones", async ({ app }) => {
    const owner = await insertUser(app);
    const { id: workspaceId } = await insertWorkspace(app, { owner });
    const other = await insertWorkspace(app, { owner });
    const { secret } = await owner.client.auth.apiKey.create({
      name: "agent",
      scopes: ["write"],
      workspaceId,
    });
    const { secret: unlimited } = await owner.client.auth.apiKey.create({
      name: "script",
      scopes: ["write"],
    });
    const create = async (token: string) => {
      const credential = await authenticate(app.services, token);
      const client = app.as(credential, { idempotencyKeys: ["one-document"] });
      return client.document.create({ workspaceId: other.id, title: "Foreign", content: "secret" });
    };
    expect(await create(unlimited)).toMatchObject({ title: "Foreign" });
    expect(await catchReason(create(secret))).toBe("NOT_FOUND");
  });

  it("is rejected once it is revoked, and its connections are closed", async ({ app }) => {
    const { client } = await insertUser(app);
    const { id, secret } = await client.auth.apiKey.create({ name: "script", scopes: ["read"] });
    const withKey = await createClientWithToken(app, secret);
    const credential = await authenticate(app.services, secret);
    if (credential.kind !== "apiKey") throw new Error("no key");
    let closed = 0;
    subscribeCredentialEnded(app.services.bus, credential, () => (closed += 1));
    expect(await catchReason(withKey.auth.me())).toBeNull();
    expect(await client.auth.apiKey.revoke({ id })).toEqual({ ok: true });
    expect(closed).toBe(1);
    expect(await catchReason(withKey.auth.me())).toBe("SESSION_ENDED");
    expect((await client.auth.apiKey.list()).items).toEqual([]);
  });

  it("is rejected once it has expired, and remains in its owner's list", async ({ app }) => {
    const { client } = await insertUser(app);
    const key = await client.auth.apiKey.create({ name: "script", scopes: ["read"], expiresInDays: 7 });
    const days = (Date.parse(key.expiresAt ?? "") - Date.now()) / 86_400_000;
    expect(days).toBeCloseTo(7, 2);
    const { db } = app.services.database;
    await db
      .update(apiKeys)
      .set({ expiresAt: sql`now()` })
      .where(eq(apiKeys.id, key.id));
    expect(await catchReason((await createClientWithToken(app, key.secret)).auth.me())).toBe("SESSION_ENDED");
    expect((await client.auth.apiKey.list()).items).toMatchObject([{ id: key.id }]);
  });

  it("is rejected while its owner's account is suspended", async ({ app }) => {
    const { client, id } = await insertUser(app);
    const { secret } = await client.auth.apiKey.create({ name: "script", scopes: ["read"] });
    await app.services.database.db
      .update(users)
      .set({ deactivatedAt: sql`now()` })
      .where(eq(users.id, id));
    expect(await catchReason((await createClientWithToken(app, secret)).auth.me())).toBe("SESSION_ENDED");
  });

  it.for(["mdr_", "mdr_short", `mdr_${"x".repeat(44)}`, `mdr_${"é".repeat(43)}`])(
    "is rejected without a query when its format is invalid: %s",
    async (bearer, { app }) => {
      expect(await authenticate(app.services, bearer)).toEqual({ kind: "rejected", reason: "TOKEN_INVALID" });
    },
  );

  it("is rejected when it does not exist", async ({ app }) => {
    expect(await catchReason((await createClientWithToken(app, `mdr_${"x".repeat(43)}`)).auth.me())).toBe(
      "SESSION_ENDED",
    );
  });
});

describe("the last use of a key", () => {
  it("is recorded after the call, at most once a minute", async ({ app }) => {
    const { client } = await insertUser(app);
    const { secret } = await client.auth.apiKey.create({ name: "script", scopes: ["read"] });
    const withKey = await createClientWithToken(app, secret);
    const lastUsed = async () => (await client.auth.apiKey.list()).items[0]?.lastUsedAt;

    await withKey.auth.me();
    const first = await vi.waitFor(async () => {
      const noted = await lastUsed();
      expect(noted).toEqual(expect.any(String));
      return noted;
    });
    const before = app.statements.length;
    await withKey.auth.me();
    await withKey.auth.me();
    expect(app.statements.length - before).toBe(2);

    app.services.clock.advance(61);
    await withKey.auth.me();
    await vi.waitFor(async () => expect(await lastUsed()).not.toBe(first));
  });

  it("is not recorded for a key that is rejected", async ({ app }) => {
    const { client } = await insertUser(app);
    const { id, secret } = await client.auth.apiKey.create({ name: "script", scopes: ["write"] });
    await catchReason((await createClientWithToken(app, secret)).auth.me());
    const updates = app.statements.filter((statement) => statement.startsWith('update "api_keys"'));
    expect(await app.services.database.db.$count(apiKeys, eq(apiKeys.id, id))).toBe(1);
    await client.auth.apiKey.list();
    expect(app.statements.filter((statement) => statement.startsWith('update "api_keys"'))).toEqual(updates);
  });
});

describe("the list of keys", () => {
  it("costs one statement, is paginated, and contains the caller's keys only", async ({ app }) => {
    const [{ client }, other] = await Promise.all([insertUser(app), insertUser(app)]);
    await other.client.auth.apiKey.create({ name: "theirs", scopes: ["read"] });
    for (const name of ["one", "two", "three"]) await client.auth.apiKey.create({ name, scopes: ["read"] });
    const before = app.statements.length;
    const first = await client.auth.apiKey.list({ limit: 2 });
    expect(app.statements.length - before).toBe(1);
    const second = await client.auth.apiKey.list({ limit: 2, cursor: first.nextCursor });
    expect([first, second].map(({ items }) => items.map(({ name }) => name))).toEqual([
      ["three", "two"],
      ["one"],
    ]);
    expect(second.nextCursor).toBeNull();
  });

  it("is limited to 100 keys, also for concurrent requests", async ({ app }) => {
    const { client, id: userId } = await insertUser(app);
    const key = (n: number) => ({ userId, name: `key ${n}`, scopes: ["read" as const], hint: "mdr_" });
    const many = Array.from({ length: 98 }, (_, n) => ({ ...key(n), secretHash: Buffer.from(createId()) }));
    await app.services.database.db.insert(apiKeys).values(many);
    const attempts = Array.from({ length: 5 }, () =>
      client.auth.apiKey.create({ name: "more", scopes: ["read"] }),
    );
    expect(await countOutcomes(attempts)).toEqual({ ok: 2, LIMIT_REACHED: 3 });
  });
});

it("an API key can be revoked by its owner only", async ({ app }) => {
  const [{ client }, other] = await Promise.all([insertUser(app), insertUser(app)]);
  const { id, secret } = await client.auth.apiKey.create({ name: "script", scopes: ["read"] });
  expect(await catchReason(other.client.auth.apiKey.revoke({ id }))).toBe("NOT_FOUND");
  expect(await catchReason(other.client.auth.apiKey.revoke({ id: createId() }))).toBe("NOT_FOUND");
  expect(await catchReason((await createClientWithToken(app, secret)).auth.me())).toBeNull();
});
