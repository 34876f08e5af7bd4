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
    memberCount: 4,
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
