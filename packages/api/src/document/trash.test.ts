import { createId, files } from "@mdreader/db";
import { describe, expect } from "vitest";

import { withReason } from "../testing/failure.ts";
import { readAllItems } from "../testing/pages.ts";
import { test as base } from "../testing/test.ts";
import { sweepTrash } from "./sweep.ts";

const test = base.extend(
  "insertFile",
  ({ app, workspaceId }) =>
    async (path: string, documentId: string | null = null) => {
      const id = createId();
      const bytes = { mediaType: "image/png", size: 1, hash: new Uint8Array(32) };
      await app.services.database.db.insert(files).values({ id, workspaceId, documentId, path, ...bytes });
      return id;
    },
);

describe("the trash", () => {
  test("hides deleted documents from lists, trees and searches", async ({
    workspaceId,
    owner,
    viewer,
    addDocument,
  }) => {
    const { id } = await addDocument("Secretplan", { content: "secretword\n" });
    await owner.client.document.delete({ id });
    expect((await owner.client.document.list({ workspaceId })).items).toEqual([]);
    expect((await owner.client.document.tree({ workspaceId })).items).toEqual([]);
    expect((await owner.client.document.search({ workspaceId, query: "secretword" })).items).toEqual([]);
    for (const call of [
      () => owner.client.document.get({ id }),
      () => owner.client.document.update({ id, title: "x" }),
      () => owner.client.document.pull({ id }),
    ]) {
      await expect(call()).rejects.toMatchObject(withReason("NOT_FOUND"));
    }
    await expect(viewer.client.document.trash({ workspaceId })).rejects.toMatchObject(
      withReason("ROLE_TOO_LOW"),
    );
  });

  test("is paginated by deletion time, to the microsecond", async ({ workspaceId, owner, addDocument }) => {
    const made = await Promise.all(["1", "2", "3", "4", "5"].map((title) => addDocument(title)));
    for (const { id } of made) await owner.client.document.delete({ id });
    const items = await readAllItems((cursor) =>
      owner.client.document.trash({ workspaceId, limit: 2, cursor }),
    );
    const seen = items.map(({ id }) => id);
    expect(seen.toSorted()).toEqual(made.map(({ id }) => id).toSorted());
    expect(new Set(seen).size).toBe(5);
  });

  test("restores a document, to the root if its folder no longer exists", async ({
    workspaceId,
    owner,
    editor,
    addDocument,
  }) => {
    const folder = await owner.client.document.folder.create({ workspaceId, name: "docs" });
    const { id } = await addDocument("Notes", { content: "text\n", folderId: folder.id });
    await owner.client.document.delete({ id });
    await owner.client.document.folder.delete({ id: folder.id });
    expect((await editor.client.document.restore({ id })).folderId).toBeNull();
    expect((await editor.client.document.get({ id })).content).toBe("text\n");
  });

  test("does not affect copies, whose attachments are copied with the document", async ({
    owner,
    editor,
    addDocument,
    insertFile,
  }) => {
    const { id } = await addDocument("Notes", { content: "![](map.png)" });
    const original = await insertFile("map.png", id);
    const copy = await editor.client.document.duplicate({ id });
    const found = async () =>
      (await editor.client.file.resolve({ documentId: copy.id, paths: ["map.png"] })).items[0]?.file;
    expect(await found()).toMatchObject({ documentId: copy.id, path: "map-2.png", uploadedBy: editor.id });
    await owner.client.document.delete({ id });
    expect(await found()).toMatchObject({ documentId: copy.id });
    expect((await found())?.id).not.toBe(original);
  });

  test("lists files that were deleted individually, until an admin deletes them permanently", async ({
    app,
    workspaceId,
    owner,
    editor,
    addDocument,
    insertFile,
  }) => {
    const { id: documentId } = await addDocument("Notes");
    const [own, attached] = [await insertFile("trip/own.png"), await insertFile("attached.png", documentId)];
    await editor.client.file.delete({ id: own });
    app.services.clock.advance(1);
    await owner.client.document.delete({ id: documentId });
    const trash = async () => (await editor.client.document.trash({ workspaceId })).items;
    expect((await trash()).map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      "document Notes",
      "file own.png",
    ]);
    await expect(editor.client.file.purge({ id: own })).rejects.toMatchObject(withReason("ROLE_TOO_LOW"));
    await owner.client.file.purge({ id: own });
    await owner.client.document.restore({ id: documentId });
    expect(await trash()).toEqual([]);
    await expect(owner.client.file.restore({ id: own })).rejects.toMatchObject(withReason("NOT_FOUND"));
    await expect(owner.client.file.purge({ id: attached })).rejects.toMatchObject(withReason("NOT_FOUND"));
  });

  test("is emptied by admins, and by the sweep after the retention period, never before", async ({
    app,
    workspaceId,
    owner,
    editor,
    addDocument,
  }) => {
    const [one, two] = [await addDocument("one"), await addDocument("two")];
    const folder = await owner.client.document.folder.create({ workspaceId, name: "docs" });
    await addDocument("three", { folderId: folder.id });
    await owner.client.document.delete({ id: one.id });
    await owner.client.document.delete({ id: two.id });
    await owner.client.document.folder.delete({ id: folder.id });
    await expect(editor.client.document.purge({ id: one.id })).rejects.toMatchObject(
      withReason("ROLE_TOO_LOW"),
    );
    await owner.client.document.purge({ id: one.id });
    await expect(owner.client.document.restore({ id: one.id })).rejects.toMatchObject(
      withReason("NOT_FOUND"),
    );

    await sweepTrash(app.services);
    expect((await owner.client.document.trash({ workspaceId })).items).toHaveLength(2);
    app.services.clock.advance(app.services.settings.trashRetentionSeconds + 60);
    await sweepTrash(app.services);
    expect((await owner.client.document.trash({ workspaceId })).items).toEqual([]);
  });
});
