import {
  apiKeys,
  authSessions,
  documents,
  folders,
  createId,
  users,
  workspaceEvents,
  workspaceMembers,
  workspaces,
} from "@mdreader/db";
import { and, eq, sql } from "drizzle-orm";
import { describe, expect, vi } from "vitest";

import { lockMembershipChanges } from "../../access/locks.ts";
import { subscribeAccessChanged, subscribeCredentialEnded } from "../../access/monitor/access-changes.ts";
import {
  createCookieJar,
  insertMember,
  createAccount,
  insertUser,
  insertWorkspace,
  createClientWithToken,
  catchReason,
  validPassword,
  loginAgain,
  countOutcomes,
  type TestUser,
} from "../../testing/index.ts";
import { test as base } from "../../testing/test.ts";
import { authenticate } from "../authenticate.ts";

const deletes = ({ client }: Pick<TestUser, "client">) =>
  client.auth.deleteAccount({ password: validPassword });

const it = base
  .extend("retention", { auto: true }, ({ app }) => {
    app.services.settings.fixedInstanceSettings = { accountRetentionDays: 0 };
  })
  .extend(
    "exists",
    ({ app }) =>
      async (workspaceId: string) =>
        (await app.services.database.db.$count(workspaces, eq(workspaces.id, workspaceId))) === 1,
  )
  /** Returns the number of statements in the app's database that wait for another transaction. */
  .extend("waitingForLocks", ({ app }) => async (): Promise<number> => {
    const [found] = await app.services.database.sql<{ waiting: number }[]>`
    select count(*)::int as waiting from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`;
    return found?.waiting ?? 0;
  });

describe("deleting an account without a retention", () => {
  it("deletes the user and rejects all of their credentials", async ({ app }) => {
    const person = await createAccount(app);
    const { user, client, refreshToken } = person;
    const { secret } = await client.auth.apiKey.create({ name: "key", scopes: ["read"] });
    expect(await deletes(person)).toEqual({ ok: true, purgeAt: null });

    expect(await catchReason(client.auth.me())).toBe("SESSION_ENDED");
    expect(await catchReason(app.as().auth.refresh({ refreshToken }))).toBe("SESSION_ENDED");
    expect(await catchReason((await createClientWithToken(app, secret)).auth.me())).toBe("SESSION_ENDED");
    expect(await catchReason(loginAgain(app, user))).toBe("BAD_CREDENTIALS");
    const { db } = app.services.database;
    expect(await db.$count(users, eq(users.id, user.id))).toBe(0);
    expect(await db.$count(authSessions, eq(authSessions.userId, user.id))).toBe(0);
    expect(await db.$count(apiKeys, eq(apiKeys.userId, user.id))).toBe(0);
  });

  it("makes the email address and the username available again", async ({ app }) => {
    const person = await createAccount(app);
    await deletes(person);
    const { email, username } = person.user;
    expect((await createAccount(app, { email, username })).user.id).not.toBe(person.user.id);
  });

  it("requires the password", async ({ app }) => {
    const { client, user } = await createAccount(app);
    expect(await catchReason(client.auth.deleteAccount({ password: "not the password" }))).toBe(
      "PASSWORD_WRONG",
    );
    expect(await client.auth.me()).toEqual(user);
  });

  it("closes the open connections of all sessions and keys, and removes the cookie", async ({ app }) => {
    const { user, accessToken, client } = await createAccount(app);
    const { secret } = await client.auth.apiKey.create({ name: "key", scopes: ["read"] });
    const closed: string[] = [];
    const phone = await loginAgain(app, user);
    for (const token of [accessToken, phone.accessToken, secret]) {
      const credential = await authenticate(app.services, token);
      if (credential.kind !== "session" && credential.kind !== "apiKey") throw new Error("not a credential");
      subscribeCredentialEnded(app.services.bus, credential, () => closed.push(credential.kind));
    }
    const refreshCookie = createCookieJar(phone.refreshToken);
    const browser = app.as(await authenticate(app.services, phone.accessToken), { refreshCookie });
    await browser.auth.deleteAccount({ password: validPassword });
    expect(closed.toSorted()).toEqual(["apiKey", "session", "session"]);
    expect(refreshCookie.token).toBeNull();
  });

  it("keeps contributions to other workspaces without the user's name, and announces that the user left", async ({
    app,
  }) => {
    const person = await createAccount(app);
    const owner = await insertUser(app);
    const { id: workspaceId } = await insertWorkspace(app, { owner });
    await insertMember(app, workspaceId, person.user, "editor");
    const { db } = app.services.database;
    const id = createId();
    await db
      .insert(documents)
      .values({ id, workspaceId, title: "Kept", createdBy: person.user.id, updatedBy: person.user.id });
    let changed = 0;
    subscribeAccessChanged(app.services.bus, { userId: person.user.id, workspaceId }, () => (changed += 1));
    const seen: unknown[] = [];
    app.services.bus.subscribe(`workspace:${workspaceId}`, (message) => seen.push(message["seq"]));

    await deletes(person);
    const [document] = await db.select().from(documents).where(eq(documents.id, id));
    expect(document).toMatchObject({ title: "Kept", createdBy: null, updatedBy: null });
    const [event] = await db
      .select()
      .from(workspaceEvents)
      .where(eq(workspaceEvents.workspaceId, workspaceId));
    expect(event).toMatchObject({ seq: 1, kind: "member.left", subjectId: person.user.id, actorId: null });
    expect(seen).toEqual([1]);
    expect(changed).toBeGreaterThanOrEqual(1);
  });

  it("deletes workspaces without other members, with their contents, and no others", async ({
    app,
    exists,
  }) => {
    const person = await createAccount(app);
    const other = await insertUser(app);
    const { db } = app.services.database;
    const [own, shared] = await Promise.all([
      insertWorkspace(app, {}),
      insertWorkspace(app, { owner: other }),
    ]);
    await insertMember(app, own.id, person.user, "owner");
    await insertMember(app, shared.id, person.user, "owner");
    const [parentId, folderId] = [createId(), createId()];
    await db.insert(folders).values({ id: parentId, workspaceId: own.id, name: "Parent" });
    await db.insert(folders).values({ id: folderId, workspaceId: own.id, name: "Child", parentId });
    await db
      .insert(documents)
      .values({ workspaceId: own.id, folderId, title: "Gone", createdBy: person.user.id });
    await deletes(person);
    expect(await exists(own.id)).toBe(false);
    expect(await db.$count(documents, eq(documents.workspaceId, own.id))).toBe(0);
    expect(await exists(shared.id)).toBe(true);
  });

  it("is rejected while a workspace with other members has no other owner, and changes nothing", async ({
    app,
    exists,
  }) => {
    const person = await createAccount(app);
    const viewer = await insertUser(app);
    const [shared, own] = await Promise.all([insertWorkspace(app, { viewer }), insertWorkspace(app, {})]);
    await insertMember(app, shared.id, person.user, "owner");
    await insertMember(app, own.id, person.user, "owner");
    expect(await catchReason(deletes(person))).toBe("SOLE_OWNER_OF_WORKSPACES");
    expect(await exists(own.id)).toBe(true);
    expect((await person.client.auth.me()).id).toBe(person.user.id);
  });

  it("deletes workspaces in the trash that nobody else can restore", async ({ app, exists }) => {
    const person = await createAccount(app);
    const viewer = await insertUser(app);
    const { id } = await insertWorkspace(app, { viewer });
    await insertMember(app, id, person.user, "owner");
    await app.services.database.db
      .update(workspaces)
      .set({ deletedAt: sql`now()` })
      .where(eq(workspaces.id, id));
    expect(await catchReason(deletes(person))).toBeNull();
    expect(await exists(id)).toBe(false);
  });

  it("keeps an owner when all owners of a workspace delete their accounts concurrently", async ({ app }) => {
    for (let round = 0; round < 5; round += 1) {
      const viewer = await insertUser(app);
      const owners = await Promise.all([createAccount(app), createAccount(app), createAccount(app)]);
      const { id } = await insertWorkspace(app, { viewer });
      for (const owner of owners) await insertMember(app, id, owner.user, "owner");
      const { ok = 0, SOLE_OWNER_OF_WORKSPACES: refused = 0 } = await countOutcomes(owners.map(deletes));
      expect({ ok, refused }).toEqual({ ok: 2, refused: 1 });
      const owned = and(eq(workspaceMembers.workspaceId, id), eq(workspaceMembers.role, "owner"));
      expect(await app.services.database.db.$count(workspaceMembers, owned)).toBe(1);
    }
  });

  it("keeps a workspace that another user is joining", async ({ app, waitingForLocks, exists }) => {
    const [person, joining] = await Promise.all([createAccount(app), insertUser(app)]);
    const { id } = await insertWorkspace(app, {});
    await insertMember(app, id, person.user, "owner");
    const { db } = app.services.database;
    const deleting = await db.transaction(async (tx) => {
      await lockMembershipChanges(tx, id);
      await tx.insert(workspaceMembers).values({ workspaceId: id, userId: joining.id, role: "viewer" });
      const outcome = catchReason(deletes(person));
      await vi.waitFor(async () => expect(await waitingForLocks()).toBe(1));
      return { outcome };
    });
    expect(await deleting.outcome).toBe("SOLE_OWNER_OF_WORKSPACES");
    expect(await exists(id)).toBe(true);
  });

  it("is rejected when the password changes while it is being verified", async ({ app }) => {
    const { user, client } = await createAccount(app);
    const { passwords } = app.services;
    const { verify } = passwords;
    passwords.verify = async (hash, password, turn) => {
      passwords.verify = verify;
      const right = await verify(hash, password, turn);
      await client.auth.changePassword({ currentPassword: validPassword, newPassword: "another password" });
      return right;
    };
    expect(await catchReason(client.auth.deleteAccount({ password: validPassword }))).toBe("PASSWORD_WRONG");
    expect((await client.auth.me()).id).toBe(user.id);
  });
});
