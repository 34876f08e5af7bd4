import { describe, expect } from "vitest";

import { withReason } from "../../testing/failure.ts";
import { readAllItems } from "../../testing/pages.ts";
import { test } from "../../testing/test.ts";

describe("folders", () => {
  test("have unique names among siblings, even if they are created at the same time", async ({
    addFolder,
  }) => {
    const made = await Promise.allSettled(Array.from({ length: 5 }, () => addFolder("Docs")));
    expect(made.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const result of made) {
      if (result.status === "rejected") expect(result.reason).toMatchObject(withReason("FOLDER_NAME_TAKEN"));
    }
    await addFolder("docs");
  });

  test("cannot be moved into themselves, nor into a cycle by two concurrent moves", async ({
    owner,
    editor,
    addFolder,
  }) => {
    const [a, b] = [await addFolder("a"), await addFolder("b")];
    const inner = await addFolder("inner", a.id);
    await expect(owner.client.document.folder.move({ id: a.id, parentId: inner.id })).rejects.toMatchObject(
      withReason("FOLDER_CYCLE"),
    );
    const moves = await Promise.allSettled([
      owner.client.document.folder.move({ id: a.id, parentId: b.id }),
      editor.client.document.folder.move({ id: b.id, parentId: a.id }),
    ]);
    expect(moves.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  test("can be nested 32 levels deep and no deeper, by creating or moving", async ({ owner, addFolder }) => {
    let parent = await addFolder("1");
    const top = parent;
    for (let depth = 2; depth <= 32; depth += 1) parent = await addFolder(String(depth), parent.id);
    await expect(addFolder("33", parent.id)).rejects.toMatchObject(withReason("FOLDER_TOO_DEEP"));
    const other = await addFolder("other");
    await expect(owner.client.document.folder.move({ id: top.id, parentId: other.id })).rejects.toMatchObject(
      withReason("FOLDER_TOO_DEEP"),
    );
  });

  test("are listed level by level, folders first, each kind by name, page by page", async ({
    workspaceId,
    viewer,
    addDocument,
    addFolder,
  }) => {
    const docs = await addFolder("docs");
    await addFolder("assets");
    await addDocument("inside", { folderId: docs.id });
    for (const title of ["b", "a", "c"]) await addDocument(title);
    const items = await readAllItems((cursor) =>
      viewer.client.document.tree({ workspaceId, limit: 2, cursor }),
    );
    expect(items.map(({ kind, name, hasChildren }) => `${kind} ${name} ${hasChildren}`)).toEqual([
      "folder assets false",
      "folder docs true",
      "document a false",
      "document b false",
      "document c false",
    ]);
    const inside = await viewer.client.document.tree({ workspaceId, folderId: docs.id });
    expect(inside.items).toMatchObject([{ kind: "document", name: "inside" }]);
  });

  test("are in natural order, page by page: numbers by value, without regard to case and accents", async ({
    workspaceId,
    viewer,
    addDocument,
  }) => {
    const titles = [
      "10 things",
      "2 things",
      "Banana",
      "Zebra",
      "apple",
      "cherry",
      "note 10",
      "note 2",
      "\u00e4pfel",
    ];
    const long = "\u{1f4da}".repeat(127);
    for (const title of [...titles, `${long}2`, `${long}1`, "Note 2", "1a".repeat(127)])
      await addDocument(title);
    const items = await readAllItems((cursor) =>
      viewer.client.document.tree({ workspaceId, limit: 1, cursor }),
    );
    expect(items.map(({ name }) => name)).toEqual([
      "1a".repeat(127),
      "2 things",
      "10 things",
      "\u00e4pfel",
      "apple",
      "Banana",
      "cherry",
      "Note 2",
      "note 2",
      "note 10",
      "Zebra",
      `${long}1`,
      `${long}2`,
    ]);
  });

  test("form the path of a document, from the root down", async ({
    owner,
    viewer,
    addDocument,
    addFolder,
  }) => {
    const docs = await addFolder("docs");
    const inner = await addFolder("inner", docs.id);
    const { id } = await addDocument("Deep", { folderId: inner.id });
    expect(await viewer.client.document.path({ id })).toEqual({
      folders: [
        { id: docs.id, name: "docs" },
        { id: inner.id, name: "inner" },
      ],
    });
    await owner.client.document.move({ id, folderId: null });
    expect(await viewer.client.document.path({ id })).toEqual({ folders: [] });
  });

  test("go to the trash with their contents, and are restored with exactly those", async ({
    app,
    workspaceId,
    owner,
    editor,
    addDocument,
    addFolder,
  }) => {
    const docs = await addFolder("docs");
    const inner = await addFolder("inner", docs.id);
    const [kept, before] = [
      await addDocument("kept", { folderId: inner.id }),
      await addDocument("before", { folderId: inner.id }),
    ];
    await owner.client.document.delete({ id: before.id });
    app.services.clock.advance(1);
    expect(await editor.client.document.folder.delete({ id: docs.id })).toMatchObject({
      documents: 1,
      folders: 2,
    });
    await expect(owner.client.document.get({ id: kept.id })).rejects.toMatchObject(withReason("NOT_FOUND"));
    const trash = await owner.client.document.trash({ workspaceId });
    expect(trash.items.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      "folder docs",
      "document before",
    ]);
    expect(trash.items[0]?.deletedBy?.id).toBe(editor.id);

    await addFolder("docs");
    const restored = await owner.client.document.folder.restore({ id: docs.id });
    expect(restored.name).toBe("docs (restored)");
    expect((await owner.client.document.get({ id: kept.id })).folderId).toBe(inner.id);
    await expect(owner.client.document.get({ id: before.id })).rejects.toMatchObject(withReason("NOT_FOUND"));
    expect((await owner.client.document.restore({ id: before.id })).folderId).toBe(inner.id);
  });
});
