import { authIdentities, authSessions, secondFactors, workspaces } from "@mdreader/db";
import { eq } from "drizzle-orm";
import { describe, expect } from "vitest";

import { insertDocument } from "../testing/documents.ts";
import {
  insertMember,
  catchReason,
  createClientWithToken,
  insertUser,
  insertWorkspace,
  type TestActor,
} from "../testing/index.ts";
import { overtakeCall } from "../testing/overtaken-call.ts";
import { test as base } from "../testing/test.ts";

const refused = "WORKSPACE_SECOND_FACTOR_REQUIRED";

const test = base
  .extend(
    "giveFactor",
    ({ app }) =>
      async ({ id }: Pick<TestActor, "id">) =>
        void (await app.services.database.db
          .insert(secondFactors)
          .values({ userId: id, secret: "", lastUsedStep: 0 })),
  )
  .extend(
    "require",
    ({ owner, workspaceId }) =>
      (isRequired: boolean) =>
        owner.client.workspace.requireSecondFactor({ id: workspaceId, isRequired }),
  )
  .extend("enforce", ({ owner, giveFactor, require }) => async () => {
    await giveFactor(owner);
    await require(true);
  });

describe("an owner", () => {
  test("must have a second factor to require one", async ({
    app,
    owner,
    workspaceId,
    giveFactor,
    require,
  }) => {
    expect(await catchReason(require(true))).toBe(refused);
    expect((await owner.client.workspace.get({ id: workspaceId })).secondFactorRequired).toBe(false);
    await giveFactor(owner);
    expect(await require(true)).toMatchObject({ secondFactorRequired: true, role: "owner" });
    expect((await owner.client.workspace.get({ id: workspaceId })).secondFactorRequired).toBe(true);
    const superuser = await insertUser(app, { isSuperuser: true });
    const { items } = await superuser.client.auth.admin.audit.list({ workspaceId });
    expect(items[0]).toMatchObject({
      action: "workspace.secondFactorUpdated",
      actorId: owner.id,
      details: { isRequired: true },
    });
  });

  test("lifts the requirement, and everyone regains access", async ({
    editor,
    workspaceId,
    enforce,
    require,
  }) => {
    await enforce();
    expect(await catchReason(editor.client.workspace.get({ id: workspaceId }))).toBe(refused);
    await require(false);
    expect(await catchReason(editor.client.workspace.get({ id: workspaceId }))).toBeNull();
  });

  test("can't lift a requirement that another owner introduced meanwhile, without a second factor", async ({
    app,
    owner,
    workspaceId,
    require,
  }) => {
    const { db } = app.services.database;
    expect(await catchReason(require(false))).toBe(refused);
    await db.update(workspaces).set({ secondFactorRequired: true }).where(eq(workspaces.id, workspaceId));
    expect(await catchReason(owner.client.workspace.get({ id: workspaceId }))).toBe(refused);
  });
});

describe("a member without a second factor", () => {
  test("sees the workspace in their list, and gets in after setting one up", async ({
    editor,
    workspaceId,
    enforce,
    giveFactor,
  }) => {
    await enforce();
    const { items } = await editor.client.workspace.list({});
    expect(items).toMatchObject([{ id: workspaceId, secondFactorRequired: true }]);
    expect(await catchReason(editor.client.workspace.get({ id: workspaceId }))).toBe(refused);
    await giveFactor(editor);
    expect(await catchReason(editor.client.workspace.get({ id: workspaceId }))).toBeNull();
  });

  test("gets no email with a comment that they may not read", async ({
    app,
    owner,
    editor,
    workspaceId,
    enforce,
    giveFactor,
  }) => {
    await enforce();
    const documentId = await insertDocument({ app, workspaceId, people: { owner } });
    const mention = async () => {
      app.services.mailer.mails.splice(0);
      const body = `@${editor.username} the secret plan`;
      const { mentions } = await owner.client.document.comment.create({ documentId, body });
      expect(mentions.map(({ id }) => id)).toEqual([editor.id]);
      return app.services.mailer.mails.filter(({ kind }) => kind === "mention").map(({ to }) => to);
    };
    expect(await mention()).toEqual([]);
    await giveFactor(editor);
    expect(await mention()).toEqual([editor.email]);
  });

  test("gets in with a session that an identity provider opened", async ({
    app,
    editor,
    workspaceId,
    enforce,
  }) => {
    await enforce();
    const { db } = app.services.database;
    const [identity] = await db
      .insert(authIdentities)
      .values({ userId: editor.id, issuer: "https://provider.example.test", subject: editor.id })
      .returning();
    expect(await catchReason(editor.client.workspace.get({ id: workspaceId }))).toBe(refused);
    await db
      .update(authSessions)
      .set({ identityId: identity?.id ?? null })
      .where(eq(authSessions.id, editor.credential.sessionId));
    expect(await catchReason(editor.client.workspace.get({ id: workspaceId }))).toBeNull();
  });

  test("loses access when they turn their second factor off", async ({
    app,
    editor,
    workspaceId,
    enforce,
    giveFactor,
  }) => {
    await giveFactor(editor);
    await enforce();
    expect(await catchReason(editor.client.workspace.get({ id: workspaceId }))).toBeNull();
    await app.services.database.db.delete(secondFactors).where(eq(secondFactors.userId, editor.id));
    expect(await catchReason(editor.client.workspace.get({ id: workspaceId }))).toBe(refused);
  });

  test("gets no results of earlier calls", async ({ app, editor, workspaceId, enforce }) => {
    const repeated = app.as(editor.credential, { idempotencyKeys: ["0123456789abcdef"] });
    const create = () => repeated.document.create({ workspaceId, title: "Notes", content: "text" });
    await create();
    await enforce();
    expect(await catchReason(create())).toBe(refused);
  });

  test("can't complete a change that the requirement overtakes", async ({
    app,
    editor,
    owner,
    workspaceId,
    enforce,
  }) => {
    const id = await insertDocument({ app, workspaceId, people: { owner } });
    await enforce();
    await app.services.database.db
      .update(workspaces)
      .set({ secondFactorRequired: false })
      .where(eq(workspaces.id, workspaceId));
    const reason = await overtakeCall(app, {
      lock: (tx) => tx`update workspaces set second_factor_required = true where id = ${workspaceId}`,
      call: () => editor.client.document.delete({ id }),
      change: async () => {},
    });
    expect(reason).toBe(refused);
    expect(await catchReason(owner.client.document.get({ id }))).toBeNull();
  });

  test("can't edit a comment or change a favorite that the requirement overtakes", async ({
    app,
    editor,
    owner,
    workspaceId,
    enforce,
    giveFactor,
    require,
  }) => {
    const documentId = await insertDocument({ app, workspaceId, people: { owner } });
    const comment = await editor.client.document.comment.create({ documentId, body: "before" });
    await enforce();
    const changes = [
      () => editor.client.document.comment.update({ documentId, id: comment.id, body: "after" }),
      () => editor.client.document.favorite.add({ documentId }),
    ];
    for (const call of changes) {
      await require(false);
      const reason = await overtakeCall(app, {
        lock: (tx) => tx`select from workspace_members where workspace_id = ${workspaceId} for update`,
        call,
        change: (tx) => tx`update workspaces set second_factor_required = true where id = ${workspaceId}`,
      });
      expect(reason).toBe(refused);
    }
    await giveFactor(editor);
    const { items } = await editor.client.document.comment.list({ documentId });
    expect(items[0]?.comments.items).toMatchObject([{ body: "before" }]);
    expect((await editor.client.document.favorite.list({ workspaceId })).items).toEqual([]);
  });

  test("completes a change that the requirement waits for", async ({
    app,
    editor,
    owner,
    workspaceId,
    giveFactor,
    require,
  }) => {
    await giveFactor(owner);
    const reason = await overtakeCall(app, {
      lock: (tx) => tx`
        select from workspace_members where workspace_id = ${workspaceId} and user_id = ${editor.id} for share`,
      call: () => require(true),
      change: async (tx) => {
        const [row] =
          await tx`select second_factor_required as required from workspaces where id = ${workspaceId}`;
        expect(row).toEqual({ required: false });
      },
    });
    expect(reason).toBeNull();
  });

  test("can leave, and an owner without one too, unless they are the last owner", async ({
    app,
    editor,
    owner,
    workspaceId,
    enforce,
  }) => {
    const second = await insertUser(app);
    await insertMember(app, workspaceId, second, "owner");
    await enforce();
    for (const { client } of [editor, second])
      expect(await catchReason(client.workspace.leave({ id: workspaceId }))).toBeNull();
    expect((await editor.client.workspace.list({})).items).toEqual([]);
    const { db } = app.services.database;
    await db.delete(secondFactors).where(eq(secondFactors.userId, owner.id));
    expect(await catchReason(owner.client.workspace.leave({ id: workspaceId }))).toBe("LAST_OWNER");
  });

  test("is told that a workspace is gone, not what another one requires", async ({
    app,
    editor,
    owner,
    enforce,
  }) => {
    await enforce();
    const { id: other } = await insertWorkspace(app, { owner, editor });
    const { id } = await editor.client.document.create({ workspaceId: other, title: "Notes" });
    const reason = await overtakeCall(app, {
      lock: (tx) => tx`update workspaces set deleted_at = now() where id = ${other}`,
      call: () => editor.client.document.delete({ id }),
      change: async () => {},
    });
    expect(reason).toBe("NOT_FOUND");
  });

  test("can't write edits, although an earlier one was permitted", async ({
    editor,
    workspaceId,
    enforce,
    owner,
  }) => {
    const { id, version } = await editor.client.document.create({
      workspaceId,
      title: "Notes",
      content: "text",
    });
    const save = (text: string) => editor.client.document.applyText({ id, baseVersion: version, text });
    await save("one");
    await enforce();
    expect(await catchReason(save("two"))).toBe(refused);
    expect(await catchReason(editor.client.document.version.create({ id, label: "Mine" }))).toBe(refused);
    expect((await owner.client.document.get({ id })).content).toBe("one");
  });
});

describe("an API key", () => {
  test("works where a second factor is required only if the session that created it had one", async ({
    app,
    editor,
    workspaceId,
    enforce,
    giveFactor,
  }) => {
    const create = async () => {
      const key = await editor.client.auth.apiKey.create({ name: "script", scopes: ["read"] });
      return { ...key, client: await createClientWithToken(app, key.secret) };
    };
    const before = await create();
    await enforce();
    await giveFactor(editor);
    const after = await create();
    expect([before, after].map((key) => key.createdWithSecondFactor)).toEqual([false, true]);
    expect(await catchReason(before.client.workspace.get({ id: workspaceId }))).toBe(refused);
    expect(await catchReason(after.client.workspace.get({ id: workspaceId }))).toBeNull();
  });

  test("of the workspace follows the same rule", async ({ app, admin, owner, workspaceId, enforce }) => {
    const create = async ({ client }: TestActor) => {
      const key = await client.workspace.apiKey.create({
        workspaceId,
        name: "Sync",
        role: "viewer",
        scopes: ["read"],
      });
      return createClientWithToken(app, key.secret);
    };
    const before = await create(admin);
    await enforce();
    const after = await create(owner);
    expect(await catchReason(before.workspace.get({ id: workspaceId }))).toBe(refused);
    expect(await catchReason(after.workspace.get({ id: workspaceId }))).toBeNull();
    const { items } = await owner.client.workspace.apiKey.list({ workspaceId });
    expect(items.map((key) => key.createdWithSecondFactor)).toEqual([true, false]);
  });
});

describe("the list of members", () => {
  test("shows who has a second factor to those who manage members", async ({
    app,
    admin,
    editor,
    viewer,
    workspaceId,
    giveFactor,
  }) => {
    await giveFactor(admin);
    const identity = { userId: viewer.id, issuer: "https://provider.example.test", subject: viewer.id };
    await app.services.database.db.insert(authIdentities).values(identity);
    const list = async ({ client }: TestActor) => {
      const { items } = await client.workspace.member.list({ workspaceId });
      return new Map(items.map(({ user, secondFactor }) => [user.id, secondFactor]));
    };
    const seen = await list(admin);
    expect([admin, editor, viewer].map(({ id }) => seen.get(id))).toEqual(["enabled", "none", "provider"]);
    expect(new Set((await list(editor)).values())).toEqual(new Set([null]));
    const { secret } = await admin.client.auth.apiKey.create({ name: "reader", scopes: ["read"] });
    const reader = await createClientWithToken(app, secret);
    const { items } = await reader.workspace.member.list({ workspaceId });
    expect(new Set(items.map(({ secondFactor }) => secondFactor))).toEqual(new Set([null]));
  });
});

test("public links of documents stay readable", async ({ app, admin, workspaceId, enforce }) => {
  const { id: documentId } = await admin.client.document.create({
    workspaceId,
    title: "Plan",
    content: "text",
  });
  const { token } = await admin.client.document.share.create({ documentId });
  await enforce();
  expect(await app.as().document.share.read({ token })).toMatchObject({ content: "text" });
});
