import { apiKeys, createId, workspaceMembers } from "@mdreader/db";
import { eq } from "drizzle-orm";
import { expect } from "vitest";

import { insertDocument } from "../../../testing/documents.ts";
import { insertUser } from "../../../testing/factories.ts";
import { catchReason } from "../../../testing/index.ts";
import { test as base } from "../../../testing/test.ts";

const it = base.extend("root", ({ app }) => insertUser(app, { isSuperuser: true }));

it("lists workspaces with owner, members and size, and nothing that members wrote", async ({
  app,
  root,
  owner,
  workspaceId,
}) => {
  await insertDocument(
    { app, workspaceId, people: { owner } },
    { title: "Secret plans", content: "Treasure\n" },
  );
  const { items } = await root.client.auth.admin.workspace.list({ limit: 100 });
  const found = items.find(({ id }) => id === workspaceId);
  expect(found).toMatchObject({
    owner: { id: owner.id, username: owner.username },
    memberCount: 5,
    documentCount: 1,
    fileBytes: 0,
    quotaBytes: null,
  });
  expect(JSON.stringify(items)).not.toMatch(/Secret|Treasure/);
  expect(await catchReason(root.client.workspace.get({ id: workspaceId }))).toBe("NOT_FOUND");
});

it("a workspace's own quota replaces the default, and is audited", async ({ root, editor, workspaceId }) => {
  const { workspace, audit } = root.client.auth.admin;
  const upload = (size: number) =>
    catchReason(editor.client.file.createUpload({ workspaceId, name: "a.bin", size }));
  expect(await upload(600)).toBeNull();
  await workspace.setQuota({ id: workspaceId, quotaBytes: 1000 });
  expect(await upload(600)).toBe("QUOTA_EXCEEDED");
  await workspace.setQuota({ id: workspaceId, quotaBytes: null });
  expect(await upload(600)).toBeNull();
  const { items } = await audit.list({ workspaceId, action: "quota.updated" });
  expect(items.map(({ details }) => details?.["quotaBytes"])).toEqual([null, 1000]);
});

it("is adopted only where no active owner is left, which its members see", async ({
  app,
  root,
  owner,
  viewer,
  workspaceId,
}) => {
  const { workspace, user, audit } = root.client.auth.admin;
  const { id: keyId } = await owner.client.workspace.apiKey.create({
    workspaceId,
    name: "Nightly sync",
    role: "admin",
    scopes: ["manage"],
  });
  expect(await catchReason(workspace.adopt({ id: workspaceId }))).toBe("WORKSPACE_HAS_OWNER");
  expect(await catchReason(workspace.adopt({ id: createId() }))).toBe("NOT_FOUND");
  await user.suspend({ id: owner.id });
  const { items } = await workspace.list({ limit: 100 });
  expect(items.find(({ id }) => id === workspaceId)).toMatchObject({ hasActiveOwner: false });
  expect(await catchReason(root.client.workspace.get({ id: workspaceId }))).toBe("NOT_FOUND");

  // At once with the owner's reactivation: one of the two comes first.
  const [adopted] = await Promise.all([
    catchReason(workspace.adopt({ id: workspaceId, userId: viewer.id })),
    catchReason(user.reactivate({ id: owner.id })),
  ]);
  expect([null, "WORKSPACE_HAS_OWNER"]).toContain(adopted);

  await user.suspend({ id: owner.id });
  await app.services.database.db.delete(workspaceMembers).where(eq(workspaceMembers.userId, viewer.id));
  const [key] = await app.services.database.db
    .select({ userId: apiKeys.userId })
    .from(apiKeys)
    .where(eq(apiKeys.id, keyId));
  expect(await catchReason(workspace.adopt({ id: workspaceId, userId: key?.userId ?? "" }))).toBe(
    "SESSION_ENDED",
  );
  await workspace.adopt({ id: workspaceId });
  expect((await root.client.workspace.get({ id: workspaceId })).role).toBe("owner");
  const activity = await root.client.workspace.activity({ workspaceId });
  expect(activity.items[0]).toMatchObject({ kind: "member.joined", subjectId: root.id });
  const log = await audit.list({ workspaceId, action: "workspace.adopted" });
  expect(log.items[0]).toMatchObject({ actorId: root.id, targetId: root.id });
});
