import { expect } from "vitest";

import { test } from "../../testing/test.ts";

test("the contents of a folder are counted with those of its subfolders, without what is in the trash", async ({
  owner,
  workspaceId,
}) => {
  const { document } = owner.client;
  const { id } = await document.folder.create({ workspaceId, name: "Guides" });
  const inner = await document.folder.create({ workspaceId, parentId: id, name: "Old" });
  await document.folder.create({ workspaceId, parentId: inner.id, name: "Older" });
  await document.create({ workspaceId, folderId: id, title: "One" });
  await document.create({ workspaceId, folderId: inner.id, title: "Two" });
  await document.create({ workspaceId, title: "Elsewhere" });
  const trashed = await document.create({ workspaceId, folderId: inner.id, title: "Trashed" });
  await document.delete({ id: trashed.id });
  const deleted = await document.folder.create({ workspaceId, parentId: id, name: "Deleted" });
  await document.create({ workspaceId, folderId: deleted.id, title: "Deleted too" });
  await document.folder.delete({ id: deleted.id });

  expect(await document.folder.count({ id })).toEqual({ documents: 2, folders: 2 });
});
