import { apiKeys, users, workspaceMembers } from "@mdreader/db";
import { and, eq, sql } from "drizzle-orm";
import { describe, expect } from "vitest";

import { subscribeCredentialEnded } from "../../access/monitor/access-changes.ts";
import { revokeGrants } from "../../auth/account/revoke-granted.ts";
import { authenticate } from "../../auth/authenticate.ts";
import {
  catchReason,
  countOutcomes,
  createClientWithToken,
  createTeam,
  insertUser,
  insertWorkspace,
  type TestActor,
  type TestApp,
} from "../../testing/index.ts";
import { test as it } from "../../testing/test.ts";
import { sweepWorkspaces } from "../sweep.ts";

type KeyInput = Parameters<TestActor["client"]["workspace"]["apiKey"]["create"]>[0];

/** Creates a key of a workspace, and a client that uses it. */
async function createKey(
  app: TestApp,
  creator: TestActor,
  input: Partial<KeyInput> & { workspaceId: string },
) {
  const key = await creator.client.workspace.apiKey.create({
    name: "Nightly sync",
    role: "editor",
    scopes: ["read", "write"],
    ...input,
  });
  const client = await createClientWithToken(app, key.secret);
  return { ...key, client, userId: (await client.auth.me().catch(() => null))?.id ?? "" };
}

describe("an API key of a workspace", () => {
  it("has a role of its own, returns its secret once, and is listed for admins", async ({ app }) => {
    const { workspaceId, admin, editor } = await createTeam(app);
    const { secret, ...created } = await admin.client.workspace.apiKey.create({
      workspaceId,
      name: "Nightly sync",
      role: "viewer",
      scopes: ["read", "read"],
      expiresInDays: 7,
    });
    expect(created).toMatchObject({
      name: "Nightly sync",
      role: "viewer",
      scopes: ["read"],
      hint: secret.slice(0, 10),
      createdBy: { id: admin.id, username: admin.username },
      lastUsedAt: null,
    });
    expect((await admin.client.workspace.apiKey.list({ workspaceId })).items).toEqual([created]);
    expect((await admin.client.auth.apiKey.list()).items).toEqual([]);
    expect(await catchReason(editor.client.workspace.apiKey.list({ workspaceId }))).toBe("ROLE_TOO_LOW");
    const client = await createClientWithToken(app, secret);
    expect(await client.workspace.get({ id: workspaceId })).toMatchObject({ role: "viewer" });
    const [row] = await app.services.database.db.select().from(apiKeys).where(eq(apiKeys.id, created.id));
    expect(JSON.stringify(row)).not.toContain(secret.slice(10));
  });

  it("never has the role of an owner or the scope of the instance, even for owners", async ({ app }) => {
    const { workspaceId, owner } = await createTeam(app);
    const create = (input: object) =>
      catchReason(
        owner.client.workspace.apiKey.create({
          workspaceId,
          name: "k",
          role: "admin",
          scopes: ["read"],
          ...input,
        }),
      );
    expect(await create({ role: "owner" })).toBe("BAD_INPUT");
    expect(await create({ scopes: ["instance"] })).toBe("BAD_INPUT");
    expect(await create({ scopes: [] })).toBe("BAD_INPUT");
    // It is shown as a person's name, also in emails.
    expect(await create({ name: "Sign in at https://evil.example" })).toBe("BAD_INPUT");
    expect(await create({})).toBeNull();
  });

  it("is the author of what it writes, by its name", async ({ app }) => {
    const { workspaceId, admin, viewer } = await createTeam(app);
    const { client, userId } = await createKey(app, admin, { workspaceId });
    const { id } = await client.document.create({ workspaceId, title: "Report", content: "one\n" });
    const comment = await client.document.comment.create({ documentId: id, body: "done" });
    expect(comment.author).toMatchObject({ fullName: "Nightly sync" });
    const name = { id: userId, fullName: "Nightly sync" };
    const history = await viewer.client.document.version.list({ id });
    expect(history.items[0]?.authors).toMatchObject([{ person: name, apiKeyName: null }]);
    const blame = await viewer.client.document.blame({ id });
    expect(blame.items[0]?.writer).toMatchObject({ person: name, apiKeyName: null });
    const { items } = await viewer.client.workspace.activity({ workspaceId });
    expect(items).toMatchObject([
      { kind: "comment.created", actor: name },
      { kind: "document.created", actor: name },
    ]);
  });

  it("appears in the audit log when it is created, acts and is revoked", async ({ app }) => {
    const superuser = await insertUser(app, { isSuperuser: true });
    const { workspaceId, admin } = await createTeam(app);
    const { client, id, userId } = await createKey(app, admin, {
      workspaceId,
      role: "admin",
      scopes: ["read", "write", "manage"],
    });
    await client.workspace.invitation.create({ workspaceId, role: "viewer" });
    await admin.client.workspace.apiKey.revoke({ workspaceId, id });
    const { items } = await superuser.client.auth.admin.audit.list({ workspaceId });
    expect(items.map(({ action, actorName, targetName }) => [action, actorName, targetName])).toEqual(
      expect.arrayContaining([
        ["apiKey.created", admin.username, "Nightly sync"],
        ["invitation.created", "Nightly sync", null],
        ["apiKey.revoked", admin.username, "Nightly sync"],
      ]),
    );
    expect(items.find(({ action }) => action === "invitation.created")?.actorId).toBe(userId);
  });

  it("finds nothing outside of its workspace, and cannot leave it or get in elsewhere", async ({ app }) => {
    const { workspaceId, admin, owner } = await createTeam(app);
    const other = await insertWorkspace(app, { owner: [owner, admin] });
    const foreign = await owner.client.document.create({ workspaceId: other.id, title: "Foreign" });
    const { client, userId } = await createKey(app, owner, {
      workspaceId,
      role: "admin",
      scopes: ["read", "write", "manage"],
    });
    expect((await client.workspace.list({})).items.map(({ id }) => id)).toEqual([workspaceId]);
    const attempts = [
      client.workspace.get({ id: other.id }),
      client.document.get({ id: foreign.id }),
      client.document.update({ id: foreign.id, title: "Renamed" }),
      client.workspace.apiKey.list({ workspaceId: other.id }),
      client.workspace.leave({ id: workspaceId }),
      client.workspace.member.remove({ workspaceId, userId }),
      owner.client.workspace.member.remove({ workspaceId, userId }),
      owner.client.workspace.member.updateRole({ workspaceId, userId, role: "owner" }),
      owner.client.workspace.transferOwnership({ id: workspaceId, userId }),
    ];
    expect(await countOutcomes(attempts)).toEqual({ NOT_FOUND: attempts.length });
    expect(await catchReason(client.workspace.create({ name: "Another" }))).toBe("KEY_LIMITED_TO_WORKSPACE");
    const create = { workspaceId, name: "another", role: "viewer" as const, scopes: ["read" as const] };
    expect(await catchReason(client.workspace.apiKey.create(create))).toBe("ACCOUNT_SESSION_REQUIRED");
  });

  it("has an account that nobody finds or can take over", async ({ app }) => {
    const superuser = await insertUser(app, { isSuperuser: true });
    const { workspaceId, owner } = await createTeam(app);
    const { client, userId } = await createKey(app, owner, { workspaceId });
    const { email, username } = await client.auth.me();
    const members = await owner.client.workspace.member.list({ workspaceId });
    expect(members.items.map(({ user }) => user.id)).not.toContain(userId);
    const { admin } = superuser.client.auth;
    expect((await admin.user.list({ search: "nightly" })).items).toEqual([]);
    const { items } = await admin.workspace.list({});
    expect(items.find(({ id }) => id === workspaceId)).toMatchObject({ memberCount: 5 });
    const attempts = [
      admin.user.suspend({ id: userId }),
      admin.user.delete({ id: userId }),
      admin.user.updateSuperuser({ id: userId, isSuperuser: true }),
    ];
    expect(await countOutcomes(attempts)).toEqual({ NOT_FOUND: attempts.length });
    const anyone = app.as({ kind: "none" });
    expect(await catchReason(anyone.auth.login({ email, password: "no password" }))).toBe("BAD_CREDENTIALS");
    expect(await catchReason(anyone.auth.requestPasswordReset({ email }))).toBe("BAD_INPUT");
    const add = { workspaceId, email, role: "viewer" as const };
    expect(await catchReason(owner.client.workspace.member.add(add))).toBe("BAD_INPUT");
    const { id } = await owner.client.document.create({ workspaceId, title: "D", content: "text" });
    const thread = await owner.client.document.comment.create({ documentId: id, body: `@${username}` });
    expect(JSON.stringify(thread)).not.toContain(userId);
  });

  it("outlives its creator, whose account is suspended, leaves or is deleted", async ({ app }) => {
    const { workspaceId, owner, admin } = await createTeam(app);
    const { client, id } = await createKey(app, admin, { workspaceId });
    const works = () => catchReason(client.document.list({ workspaceId }));
    await owner.client.workspace.member.updateRole({ workspaceId, userId: admin.id, role: "viewer" });
    expect(await works()).toBeNull();
    await owner.client.workspace.member.remove({ workspaceId, userId: admin.id });
    expect(await works()).toBeNull();
    const { db } = app.services.database;
    await db
      .update(users)
      .set({ deactivatedAt: sql`now()` })
      .where(eq(users.id, admin.id));
    expect(await works()).toBeNull();
    await db.delete(users).where(eq(users.id, admin.id));
    expect(await works()).toBeNull();
    const { items } = await owner.client.workspace.apiKey.list({ workspaceId });
    expect(items).toMatchObject([{ id, createdBy: null }]);
  });

  it("is revoked with its invitations when a former holder of its creator's account may know it", async ({
    app,
  }) => {
    const { workspaceId, owner, admin } = await createTeam(app);
    const { client } = await createKey(app, admin, {
      workspaceId,
      role: "admin",
      scopes: ["read", "manage"],
    });
    await client.workspace.invitation.create({ workspaceId, role: "viewer" });
    const others = await createKey(app, owner, { workspaceId });
    await app.services.database.db.transaction((tx) => revokeGrants(tx, app.services, admin.id));
    expect(await catchReason(client.document.list({ workspaceId }))).toBe("SESSION_ENDED");
    expect((await owner.client.workspace.invitation.list({ workspaceId })).items).toEqual([]);
    expect(await catchReason(others.client.document.list({ workspaceId }))).toBeNull();
  });

  it("is rejected once an admin revokes it, its connections are closed, and its name stays", async ({
    app,
  }) => {
    const { workspaceId, admin, owner } = await createTeam(app);
    const { client, id, secret, userId } = await createKey(app, admin, { workspaceId });
    const document = await client.document.create({ workspaceId, title: "Report", content: "one\n" });
    const credential = await authenticate(app.services, secret);
    if (credential.kind !== "apiKey") throw new Error("no key");
    let closed = 0;
    subscribeCredentialEnded(app.services.bus, credential, () => (closed += 1));
    expect(await owner.client.workspace.apiKey.revoke({ workspaceId, id })).toEqual({ ok: true });
    expect(closed).toBe(1);
    expect(await catchReason(client.document.get({ id: document.id }))).toBe("SESSION_ENDED");
    expect(await catchReason(owner.client.workspace.apiKey.revoke({ workspaceId, id }))).toBe("NOT_FOUND");
    expect((await owner.client.workspace.apiKey.list({ workspaceId })).items).toEqual([]);
    const history = await owner.client.document.version.list({ id: document.id });
    expect(history.items[0]?.authors).toMatchObject([{ person: { id: userId, fullName: "Nightly sync" } }]);
  });

  it("cannot be revoked through another workspace, and admins cannot revoke members' own keys", async ({
    app,
  }) => {
    const { workspaceId, owner, editor } = await createTeam(app);
    const other = await insertWorkspace(app, { owner });
    const { id } = await createKey(app, owner, { workspaceId });
    const own = await editor.client.auth.apiKey.create({ name: "mine", scopes: ["read"], workspaceId });
    const attempts = [
      owner.client.workspace.apiKey.revoke({ workspaceId: other.id, id }),
      owner.client.workspace.apiKey.revoke({ workspaceId, id: own.id }),
      owner.client.auth.apiKey.revoke({ id }),
    ];
    expect(await countOutcomes(attempts)).toEqual({ NOT_FOUND: attempts.length });
  });

  it("is not created by members below admins", async ({ app }) => {
    const { workspaceId, owner, admin } = await createTeam(app);
    const create = () => catchReason(createKey(app, admin, { workspaceId }));
    await owner.client.workspace.member.updateRole({ workspaceId, userId: admin.id, role: "editor" });
    expect(await create()).toBe("ROLE_TOO_LOW");
  });

  it("does not prevent its only owner from deleting the account, and goes with the workspace", async ({
    app,
  }) => {
    const { db } = app.services.database;
    app.services.settings.fixedInstanceSettings = { accountRetentionDays: 0 };
    const owner = await insertUser(app);
    const { id: workspaceId } = await insertWorkspace(app, { owner });
    const { userId } = await createKey(app, owner, { workspaceId });
    const find = (id: string) => db.select({ id: users.id }).from(users).where(eq(users.id, id));
    expect(await find(userId)).toHaveLength(1);
    const superuser = await insertUser(app, { isSuperuser: true });
    await superuser.client.auth.admin.user.delete({ id: owner.id });
    expect(await find(userId)).toEqual([]);
  });

  it("goes with a workspace that is purged from the trash", async ({ app }) => {
    const { db } = app.services.database;
    const owner = await insertUser(app);
    const { id: workspaceId } = await insertWorkspace(app, { owner });
    const { userId, client } = await createKey(app, owner, { workspaceId });
    await owner.client.workspace.delete({ id: workspaceId });
    expect(await catchReason(client.document.list({ workspaceId }))).toBe("NOT_FOUND");
    const clock = { now: () => new Date(Date.now() + 400 * 86_400_000) };
    await sweepWorkspaces({ ...app.services, clock });
    expect(await db.select({ id: users.id }).from(users).where(eq(users.id, userId))).toEqual([]);
  });

  it("is limited in number per workspace", async ({ app }) => {
    const { workspaceId, owner } = await createTeam(app);
    const { id } = await createKey(app, owner, { workspaceId });
    const { db } = app.services.database;
    const [{ userId } = { userId: "" }] = await db
      .select({ userId: apiKeys.userId })
      .from(apiKeys)
      .where(eq(apiKeys.id, id));
    await db.execute(sql`
      insert into api_keys (id, user_id, workspace_id, name, scopes, secret_hash, hint)
      select gen_random_uuid(), ${userId}, ${workspaceId}, 'k', '{read}', sha256(n::text::bytea), 'mdr_'
      from generate_series(1, 99) n`);
    expect(await catchReason(createKey(app, owner, { workspaceId }))).toBe("LIMIT_REACHED");
    const roles = await db
      .select({ role: workspaceMembers.role })
      .from(workspaceMembers)
      .where(and(eq(workspaceMembers.workspaceId, workspaceId), eq(workspaceMembers.userId, userId)));
    expect(roles).toEqual([{ role: "editor" }]);
  });
});
