import { describe, expect } from "vitest";

import { withReason } from "../testing/failure.ts";
import { test as base } from "../testing/test.ts";

const test = base.extend(
  "remove",
  ({ owner }) =>
    (id: string) =>
      owner.client.document.folder.delete({ id, onlyIfEmpty: true }),
);

describe("a change with an expected version", () => {
  test("is rejected once there is a newer version, without changes", async ({ workspaceId, owner }) => {
    const { document } = owner.client;
    const { id, version: expectedVersion } = await document.create({
      workspaceId,
      title: "a",
      content: "one",
    });
    const folder = await document.folder.create({ workspaceId, name: "folder" });
    await document.update({ id, content: "one and two", overwrite: true });
    for (const change of [
      () => document.delete({ id, expectedVersion }),
      () => document.move({ id, folderId: folder.id, expectedVersion }),
      () => document.update({ id, title: "b", expectedVersion }),
    ]) {
      await expect(change()).rejects.toMatchObject(withReason("VERSION_CONFLICT"));
    }
    expect(await document.get({ id })).toMatchObject({ title: "a", folderId: null, content: "one and two" });
  });

  test("is applied while that version is the newest", async ({ workspaceId, owner }) => {
    const { document } = owner.client;
    const { id } = await document.create({ workspaceId, title: "a", content: "one" });
    const folder = await document.folder.create({ workspaceId, name: "folder" });
    const { version } = await document.update({ id, title: "b", expectedVersion: 1 });
    await document.move({ id, folderId: folder.id, expectedVersion: version });
    await document.delete({ id, expectedVersion: version + 1 });
    await expect(document.get({ id })).rejects.toMatchObject(withReason("NOT_FOUND"));
  });
});

describe("deleting a folder only if it is empty", () => {
  test("keeps a folder that contains a folder or a document", async ({ workspaceId, owner, remove }) => {
    const { document } = owner.client;
    const outer = await document.folder.create({ workspaceId, name: "outer" });
    const inner = await document.folder.create({ workspaceId, name: "inner", parentId: outer.id });
    await expect(remove(outer.id)).rejects.toMatchObject(withReason("FOLDER_NOT_EMPTY"));
    const { id } = await document.create({ workspaceId, title: "a", folderId: inner.id });
    await expect(remove(inner.id)).rejects.toMatchObject(withReason("FOLDER_NOT_EMPTY"));
    await document.delete({ id });
    await remove(inner.id);
    expect(await remove(outer.id)).toEqual({ id: outer.id, documents: 0, folders: 1 });
  });

  test("keeps a folder to which something is added at the same time", async ({
    workspaceId,
    owner,
    remove,
  }) => {
    for (let round = 0; round < 20; round += 1) {
      const { id: folderId } = await owner.client.document.folder.create({
        workspaceId,
        name: `folder ${round}`,
      });
      const [created] = await Promise.allSettled([
        owner.client.document.create({ workspaceId, title: "a", folderId }),
        remove(folderId),
      ]);
      if (created.status === "rejected") continue;
      expect(await owner.client.document.get({ id: created.value.id })).toMatchObject({ folderId });
      await expect(
        owner.client.document.folder.rename({ id: folderId, name: `${round}` }),
      ).resolves.toBeTruthy();
    }
  });
});
