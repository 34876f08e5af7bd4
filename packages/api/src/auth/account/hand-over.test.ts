import {
  apiKeys,
  auditEntries,
  createId,
  shareLinks,
  users,
  workspaceInvitations,
  workspaceMembers,
} from "@mdreader/db";
import { and, eq, isNull } from "drizzle-orm";
import { describe, expect } from "vitest";

import {
  catchReason,
  createAccount,
  insertUser,
  insertWorkspace,
  type TestActor,
  type TestApp,
  validPassword,
} from "../../testing/index.ts";
import { test as base } from "../../testing/test.ts";
import { hashSecret } from "../secrets.ts";

const roleOf = async ({ services }: TestApp, workspaceId: string, { id }: Pick<TestActor, "id">) => {
  const [member] = await services.database.db
    .select({ role: workspaceMembers.role })
    .from(workspaceMembers)
    .where(and(eq(workspaceMembers.workspaceId, workspaceId), eq(workspaceMembers.userId, id)));
  return member?.role ?? null;
};

const suspend = ({ services }: TestApp, { id }: Pick<TestActor, "id">) =>
  services.database.db.update(users).set({ deactivatedAt: new Date().toISOString() }).where(eq(users.id, id));

const createShare = async ({ client }: Pick<TestActor, "client">, workspaceId: string) => {
  const { id: documentId } = await client.document.create({ workspaceId, title: "Plan", content: "text" });
  return client.document.share.create({ documentId });
};

const it = base
  .extend("superuser", ({ app }) => insertUser(app, { isSuperuser: true }))
  /** The owner of the team's workspace, who also has a key, a public link and an invitation. */
  .extend("leaver", async ({ team: { owner, workspaceId } }) => {
    const key = await owner.client.auth.apiKey.create({ name: "deploy", scopes: ["read"] });
    const share = await createShare(owner, workspaceId);
    const email = `${createId()}@example.test`;
    await owner.client.workspace.invitation.create({ workspaceId, role: "viewer", email });
    return { ...owner, key, share, invited: email };
  })
  /** The name of everybody who has a public link. */
  .extend("sharedBy", ({ app, leaver }) => async () => {
    const [share] = await app.services.database.db
      .select({ createdBy: shareLinks.createdBy })
      .from(shareLinks)
      .where(eq(shareLinks.id, leaver.share.id));
    return share?.createdBy ?? null;
  });

describe("the holdings of a person", () => {
  it("is listed in one list, with members who can become the owner", async ({ team, leaver }) => {
    const { items } = await leaver.client.auth.listHoldings();
    expect(items.map(({ kind, name }) => ({ kind, name }))).toEqual([
      { kind: "invitation", name: leaver.invited },
      { kind: "share", name: leaver.share.hint },
      { kind: "apiKey", name: "deploy" },
      { kind: "ownership", name: null },
    ]);
    const ownership = items.at(-1);
    expect(ownership?.workspace?.id).toBe(team.workspaceId);
    const { admin, editor, commenter, viewer } = team;
    expect(ownership?.candidates.map(({ id }) => id)).toEqual(
      [admin, editor, commenter, viewer].map(({ id }) => id),
    );
    expect(JSON.stringify(items)).not.toContain("Plan");
  });

  it("is listed in pages without gaps", async ({ leaver }) => {
    const kinds: string[] = [];
    let cursor: string | null = null;
    do {
      const page: { items: { kind: string }[]; nextCursor: string | null } =
        await leaver.client.auth.listHoldings({ cursor, limit: 1 });
      kinds.push(...page.items.map(({ kind }) => kind));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(kinds).toEqual(["invitation", "share", "apiKey", "ownership"]);
  });

  it("is what a superuser sees too, and lacks workspaces that have another active owner", async ({
    app,
    superuser,
    team,
    leaver,
  }) => {
    const list = async () => (await superuser.client.auth.admin.user.listHoldings({ id: leaver.id })).items;
    expect(await list()).toEqual((await leaver.client.auth.listHoldings()).items);
    await team.owner.client.workspace.member.updateRole({
      workspaceId: team.workspaceId,
      userId: team.admin.id,
      role: "owner",
    });
    expect((await list()).map(({ kind }) => kind)).not.toContain("ownership");
    await suspend(app, team.admin);
    expect((await list()).map(({ kind }) => kind)).toContain("ownership");
  });
});

describe("handing over", () => {
  it("changes everything in one step, after which the account can be deleted", async ({
    app,
    superuser,
    team,
    leaver,
    sharedBy,
  }) => {
    const { workspaceId, editor } = team;
    await suspend(app, leaver);
    const done = await superuser.client.auth.admin.user.handOver({
      id: leaver.id,
      owners: [{ workspaceId, userId: editor.id }],
      shares: "handOver",
      revokeKeys: true,
      revokeInvitations: true,
    });
    expect(done).toEqual({ ownerships: 1, shares: 1, keys: 1, invitations: 1 });
    expect(await roleOf(app, workspaceId, editor)).toBe("owner");
    expect(await roleOf(app, workspaceId, leaver)).toBe("admin");
    expect(await sharedBy()).toBe(editor.id);
    const { db } = app.services.database;
    const ofKey = and(eq(apiKeys.userId, leaver.id), isNull(apiKeys.revokedAt));
    expect(await db.$count(apiKeys, ofKey)).toBe(0);
    const pending = and(
      eq(workspaceInvitations.invitedBy, leaver.id),
      isNull(workspaceInvitations.revokedAt),
    );
    expect(await db.$count(workspaceInvitations, pending)).toBe(0);
    expect((await superuser.client.auth.admin.user.listHoldings({ id: leaver.id })).items).toEqual([]);

    const activity = await editor.client.workspace.activity({ workspaceId });
    expect(activity.items.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(["workspace.transferred", "invitation.revoked"]),
    );
    const [entry] = await db
      .select()
      .from(auditEntries)
      .where(and(eq(auditEntries.action, "account.handedOver"), eq(auditEntries.targetId, leaver.id)));
    expect(entry).toMatchObject({ actorId: superuser.id, details: { ownerships: 1, shares: 1, keys: 1 } });
    expect(await superuser.client.auth.admin.user.delete({ id: leaver.id })).toMatchObject({ ok: true });
    expect(await sharedBy()).toBe(editor.id);
  });

  it("is up to the person before they delete their account", async ({ app, editor }) => {
    const person = await createAccount(app);
    const { id: workspaceId } = await insertWorkspace(app, { owner: person.user, viewer: editor });
    const { client } = person;
    expect(await catchReason(client.auth.deleteAccount({ password: validPassword }))).toBe(
      "SOLE_OWNER_OF_WORKSPACES",
    );
    await client.auth.handOver({ owners: [{ workspaceId, userId: editor.id }] });
    expect(await client.auth.deleteAccount({ password: validPassword })).toMatchObject({ ok: true });
    expect(await roleOf(app, workspaceId, editor)).toBe("owner");
  });

  it("gives public links to the first active owner where the workspace keeps its owners", async ({
    app,
    superuser,
    team,
    sharedBy,
    leaver,
  }) => {
    const { workspaceId, admin } = team;
    await leaver.client.workspace.member.updateRole({ workspaceId, userId: admin.id, role: "owner" });
    await suspend(app, leaver);
    const { handOver } = superuser.client.auth.admin.user;
    expect(await handOver({ id: leaver.id, shares: "handOver" })).toMatchObject({ ownerships: 0, shares: 1 });
    expect(await sharedBy()).toBe(admin.id);
  });

  it("leaves no public link to reopen when a workspace is restored from the trash", async ({
    app,
    team,
    leaver,
  }) => {
    const { workspaceId, admin, editor } = team;
    await leaver.client.workspace.member.updateRole({ workspaceId, userId: admin.id, role: "owner" });
    const [alone, shared] = [
      await insertWorkspace(app, { owner: leaver, editor }),
      await insertWorkspace(app, { owner: leaver, editor }),
    ];
    const [orphaned, given] = [await createShare(leaver, alone.id), await createShare(leaver, shared.id)];
    await leaver.client.workspace.member.updateRole({
      workspaceId: shared.id,
      userId: editor.id,
      role: "owner",
    });
    for (const { id } of [alone, shared]) await leaver.client.workspace.delete({ id });
    expect(await leaver.client.auth.handOver({ shares: "handOver" })).toMatchObject({ shares: 3 });
    for (const { id } of [alone, shared]) await leaver.client.workspace.restore({ id });
    const { read } = app.as().document.share;
    expect(await catchReason(read({ token: orphaned.token }))).toBe("NOT_FOUND");
    expect(await read({ token: given.token })).toMatchObject({ title: "Plan" });
    const { db } = app.services.database;
    expect(await db.$count(shareLinks, eq(shareLinks.createdBy, leaver.id))).toBe(0);
  });

  it("revokes public links and keeps the rest as asked", async ({ app, leaver, sharedBy }) => {
    expect(await leaver.client.auth.handOver({ shares: "revoke" })).toEqual({
      ownerships: 0,
      shares: 1,
      keys: 0,
      invitations: 0,
    });
    expect(await sharedBy()).toBeNull();
    expect(await catchReason(app.as().document.share.read({ token: leaver.share.token }))).toBe("NOT_FOUND");
    expect((await leaver.client.auth.listHoldings()).items).toHaveLength(3);
  });

  it("gives superusers no say in workspaces with an active owner", async ({ superuser, team, leaver }) => {
    const owners = [{ workspaceId: team.workspaceId, userId: team.editor.id }];
    const { handOver } = superuser.client.auth.admin.user;
    expect(await catchReason(handOver({ id: leaver.id, owners }))).toBe("USER_NOT_SUSPENDED");
    expect(await catchReason(handOver({ id: createId(), owners }))).toBe("NOT_FOUND");
  });

  it("goes to active members only, and changes nothing otherwise", async ({
    app,
    team,
    leaver,
    sharedBy,
  }) => {
    const { workspaceId, outsider, viewer, editor } = team;
    const { handOver } = leaver.client.auth;
    const give = (userId: string) =>
      catchReason(handOver({ owners: [{ workspaceId, userId }], shares: "revoke", revokeKeys: true }));
    expect(await give(outsider.id)).toBe("RECIPIENT_INVALID");
    expect(await give(createId())).toBe("RECIPIENT_INVALID");
    expect(await give(leaver.id)).toBe("RECIPIENT_INVALID");
    await suspend(app, viewer);
    expect(await give(viewer.id)).toBe("RECIPIENT_INVALID");
    expect(await catchReason(handOver({ shares: "handOver" }))).toBe("RECIPIENT_MISSING");
    const owners = [
      { workspaceId, userId: editor.id },
      { workspaceId, userId: editor.id },
    ];
    expect(await catchReason(handOver({ owners }))).toBe("BAD_INPUT");
    expect(await sharedBy()).toBe(leaver.id);
    expect((await leaver.client.auth.listHoldings()).items).toHaveLength(4);
  });

  it("concerns only workspaces that the person alone owns", async ({ app, team, leaver }) => {
    const { handOver } = leaver.client.auth;
    const foreign = await insertWorkspace(app, { owner: team.admin, editor: team.editor, viewer: leaver });
    const owners = [{ workspaceId: foreign.id, userId: team.editor.id }];
    expect(await catchReason(handOver({ owners }))).toBe("NOT_SOLE_OWNER");
    const trashed = await insertWorkspace(app, { owner: leaver, editor: team.editor });
    await leaver.client.workspace.delete({ id: trashed.id });
    const inTrash = [{ workspaceId: trashed.id, userId: team.editor.id }];
    expect(await catchReason(handOver({ owners: inTrash }))).toBe("NOT_SOLE_OWNER");
  });

  it("lists keys of workspaces, revokes them only as asked, and gives nothing to the accounts that they act as", async ({
    app,
    superuser,
    team,
    leaver,
  }) => {
    const { workspaceId } = team;
    const key = await leaver.client.workspace.apiKey.create({
      workspaceId,
      name: "Nightly sync",
      role: "admin",
      scopes: ["manage"],
    });
    const { db } = app.services.database;
    const [actsAs] = await db.select({ id: apiKeys.userId }).from(apiKeys).where(eq(apiKeys.id, key.id));
    const accountId = actsAs?.id ?? "";
    const { items } = await leaver.client.auth.listHoldings();
    expect(items.find(({ id }) => id === key.id)).toMatchObject({
      kind: "workspaceKey",
      name: "Nightly sync",
      workspace: { id: workspaceId },
    });
    expect(items.map(({ kind }) => kind)).toContain("ownership");
    expect(items.flatMap(({ candidates }) => candidates.map(({ id }) => id))).not.toContain(accountId);

    const { handOver } = leaver.client.auth;
    const owners = [{ workspaceId, userId: accountId }];
    expect(await catchReason(handOver({ owners }))).toBe("RECIPIENT_INVALID");
    expect(await catchReason(handOver({ shares: "handOver" }))).toBe("RECIPIENT_MISSING");
    const { user } = superuser.client.auth.admin;
    expect(await catchReason(user.listHoldings({ id: accountId }))).toBe("NOT_FOUND");
    expect(await catchReason(user.handOver({ id: accountId }))).toBe("NOT_FOUND");

    expect(await handOver({ revokeKeys: true })).toMatchObject({ keys: 1 });
    const byKey = app.as({ kind: "apiKey", secretHash: hashSecret(key.secret) });
    const email = `${createId()}@example.test`;
    await byKey.workspace.invitation.create({ workspaceId, role: "viewer", email });
    expect(await handOver({ revokeWorkspaceKeys: true })).toMatchObject({ keys: 1, invitations: 1 });
    expect(await catchReason(byKey.workspace.get({ id: workspaceId }))).not.toBeNull();
    const left = (await leaver.client.auth.listHoldings()).items.map(({ kind }) => kind);
    expect(left).not.toContain("workspaceKey");
    const pending = and(
      eq(workspaceInvitations.invitedBy, accountId),
      isNull(workspaceInvitations.revokedAt),
    );
    expect(await db.$count(workspaceInvitations, pending)).toBe(0);
  });
});
