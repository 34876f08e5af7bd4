import { createHash } from "node:crypto";

import type { Contents, ContentsItem } from "@mdreader/contract";
import { files, createId, workspaceEvents } from "@mdreader/db";
import { describe, expect } from "vitest";
import * as Y from "yjs";

import { insertUser, insertWorkspace } from "../testing/index.ts";
import { test as base } from "../testing/test.ts";

const hashOf = (text: string) => createHash("sha256").update(text).digest("hex");
const namesIn = ({ items }: Contents) =>
  items.map(({ name, isDeleted }) => (isDeleted ? `-${name}` : name)).toSorted();

const test = base
  .extend(
    "texts",
    ({ viewer, workspaceId }) =>
      (documentIds: string[]) =>
        viewer.client.workspace.texts({ workspaceId, documentIds }),
  )
  .extend(
    "contents",
    ({ viewer, workspaceId }) =>
      (
        input: {
          since?: string;
          cursor?: string | null | undefined;
          limit?: number;
          documentIds?: string[];
        } = {},
      ) =>
        viewer.client.workspace.contents({ workspaceId, ...input }),
  )
  /** Reads all pages, as a copy does. */
  .extend("readAllItems", ({ contents }) => async (limit: number): Promise<ContentsItem[]> => {
    const items: ContentsItem[] = [];
    for (let cursor: string | null = null; ;) {
      const page: Contents = await contents({ limit, cursor });
      items.push(...page.items);
      if (page.nextCursor === null) return items;
      cursor = page.nextCursor;
    }
  })
  .extend(
    "createFolder",
    ({ owner, workspaceId }) =>
      (name: string, parentId: string | null = null) =>
        owner.client.document.folder.create({ workspaceId, name, parentId }),
  )
  .extend(
    "createDocument",
    ({ owner, workspaceId }) =>
      (title: string, folderId: string | null = null, content = title) =>
        owner.client.document.create({ workspaceId, title, folderId, content }),
  );

describe("the texts of documents", () => {
  test("are read together in their current state, and only for live documents of the workspace", async ({
    createDocument,
    owner,
    app,
    texts,
    outsider,
    workspaceId,
  }) => {
    const [plain, typed, gone] = [
      await createDocument("plain"),
      await createDocument("typed"),
      await createDocument("gone"),
    ];
    await owner.client.document.delete({ id: gone.id });
    const elsewhere = await insertWorkspace(app, { owner });
    const foreign = await owner.client.document.create({
      workspaceId: elsewhere.id,
      title: "x",
      content: "x",
    });
    const doc = new Y.Doc();
    doc.getText("content").insert(0, "just now ");
    const update = Buffer.from(Y.encodeStateAsUpdate(doc)).toString("base64");
    await owner.client.document.push({ id: typed.id, update });
    const { items } = await texts([typed.id, plain.id, gone.id, foreign.id, crypto.randomUUID()]);
    expect(items).toEqual([
      { id: plain.id, version: 1, content: "plain" },
      { id: typed.id, version: 2, content: expect.stringContaining("just now ") },
    ]);
    await expect(
      outsider.client.workspace.texts({ workspaceId, documentIds: [plain.id] }),
    ).rejects.toMatchObject({ cause: { reason: "NOT_FOUND" } });
  });

  test("are omitted beyond the size limit, and returned by a further request", async ({
    createDocument,
    texts,
  }) => {
    const long = "long ".repeat(200_001);
    const made = [
      await createDocument("a"),
      await createDocument("b", null, long),
      await createDocument("c"),
    ];
    const { items } = await texts(made.map(({ id }) => id));
    expect(items.map(({ content }) => content?.length ?? null)).toEqual([1, long.length, null]);
    expect((await texts([made[2]?.id ?? ""])).items).toMatchObject([{ content: "c" }]);
  });
});

describe("the contents of a workspace", () => {
  test("are all folders, documents and hashes, in pages of any size", async ({
    createFolder,
    createDocument,
    owner,
    readAllItems,
  }) => {
    const outer = await createFolder("outer");
    const inner = await createFolder("inner", outer.id);
    const a = await createDocument("a");
    await createDocument("b", inner.id);
    const gone = await createDocument("gone");
    await owner.client.document.delete({ id: gone.id });
    const all = await readAllItems(1000);
    expect(all.map(({ name }) => name)).toEqual(["outer", "inner", "a", "b"]);
    expect(all[2]).toEqual({
      kind: "document",
      id: a.id,
      folderId: null,
      name: "a",
      version: 1,
      hash: hashOf("a"),
      alias: null,
      isDeleted: false,
    });
    expect(all[1]).toMatchObject({ kind: "folder", folderId: outer.id, hash: null });
    expect(await readAllItems(1)).toEqual(all);
    expect(await readAllItems(3)).toEqual(all);
  });

  test("contain the changes since a marker, including deletions, and then no more", async ({
    createFolder,
    createDocument,
    contents,
    owner,
  }) => {
    const folder = await createFolder("folder");
    const [moved, edited, deleted] = [
      await createDocument("moved"),
      await createDocument("edited"),
      await createDocument("deleted"),
    ];
    await createDocument("untouched");
    const { marker } = await contents();
    await owner.client.document.move({ id: moved.id, folderId: folder.id });
    await owner.client.document.update({ id: edited.id, content: "new text", overwrite: true });
    await owner.client.document.delete({ id: deleted.id });
    await owner.client.document.folder.rename({ id: folder.id, name: "renamed" });
    const changes = await contents({ since: marker });
    // A text that was just saved is reported again for a while.
    const expected = ["-", "edited", "moved", "renamed"];
    expect(namesIn(changes).filter((name) => name !== "untouched")).toEqual(expected);
    expect(changes.items.find(({ name }) => name === "edited")?.hash).toBe(hashOf("new text"));
    // Members without access to the trash see no details of deleted items, whatever they request.
    const requested = await contents({ since: (await contents()).marker, documentIds: [deleted.id] });
    expect(requested.items.find(({ id }) => id === deleted.id)).toEqual({
      kind: "document",
      id: deleted.id,
      folderId: null,
      name: "",
      version: 0,
      hash: null,
      alias: null,
      isDeleted: true,
    });
  });

  test("contain a restored folder with its contents, and permanently deleted items", async ({
    createFolder,
    createDocument,
    owner,
    contents,
  }) => {
    const folder = await createFolder("folder");
    const inner = await createFolder("inner", folder.id);
    await createDocument("inside", inner.id);
    const purged = await createDocument("purged");
    await owner.client.document.folder.delete({ id: folder.id });
    const { marker } = await contents();
    await owner.client.document.folder.restore({ id: folder.id });
    await owner.client.document.delete({ id: purged.id });
    await owner.client.document.purge({ id: purged.id });
    const changes = await contents({ since: marker });
    expect(namesIn(changes)).toEqual(["-", "folder", "inner", "inside"]);
    expect(changes.items.find(({ isDeleted }) => isDeleted)).toMatchObject({
      kind: "document",
      id: purged.id,
    });
  });

  test("contain no hash of a text that is being edited, and report it until it is saved", async ({
    createDocument,
    contents,
    owner,
  }) => {
    const { id } = await createDocument("typed");
    const { marker } = await contents();
    const doc = new Y.Doc();
    doc.getText("content").insert(0, "typed ");
    const update = Buffer.from(Y.encodeStateAsUpdate(doc)).toString("base64");
    await owner.client.document.push({ id, update });
    const [item] = (await contents({ since: marker })).items;
    expect(item).toMatchObject({ id, hash: null, version: 2 });
    expect(await contents({ since: marker, documentIds: [id] })).toMatchObject({ items: [{ id }] });
  });

  test("contain the alias of an attachment that was renamed when its document moved", async ({
    createFolder,
    createDocument,
    workspaceId,
    app,
    contents,
    owner,
    readAllItems,
  }) => {
    const folder = await createFolder("folder");
    const { id } = await createDocument("a", folder.id);
    const file = { workspaceId, mediaType: "image/png", size: 1, hash: Buffer.alloc(32), path: "a.png" };
    const [attachment, other] = await app.services.database.db
      .insert(files)
      .values([
        { ...file, id: createId(), documentId: id, folderId: folder.id },
        { ...file, id: createId() },
      ])
      .returning();
    const { marker } = await contents();
    await owner.client.document.move({ id, folderId: null });
    const { items } = await contents({ since: marker });
    const alias = { documentId: id, path: "a.png" };
    expect(items.find((item) => item.id === attachment?.id)).toMatchObject({ name: "a-2.png", alias });
    expect((await readAllItems(10)).find((item) => item.id === other?.id)).toMatchObject({ alias: null });
  });

  test("keep the hash of a text when comments or the title change", async ({
    createDocument,
    owner,
    contents,
  }) => {
    const { id } = await createDocument("noted", null, "text");
    await owner.client.document.comment.create({ documentId: id, body: "Really?" });
    await owner.client.document.update({ id, title: "renamed" });
    expect((await contents()).items).toMatchObject([{ name: "renamed", version: 3, hash: hashOf("text") }]);
  });

  test("require a resync after restoring an older backup, whatever was written since", async ({
    app,
    createDocument,
    contents,
    workspaceId,
  }) => {
    const { sql } = app.services.database;
    const [, b] = [await createDocument("a"), await createDocument("b")];
    const { marker } = await contents();
    await sql`delete from workspace_events where workspace_id = ${workspaceId} and subject_id = ${b.id}`;
    await sql`delete from documents where id = ${b.id}`;
    await sql`update workspaces set last_event_seq = 1 where id = ${workspaceId}`;
    for (const title of ["c", "d"]) await createDocument(title);
    await expect(contents({ since: marker })).rejects.toMatchObject({ cause: { reason: "RESYNC_REQUIRED" } });
    const { marker: later } = await contents();
    expect(namesIn(await contents({ since: later }))).toEqual([]);
  });

  test("require a resync when too much has changed or the marker is newer than the database", async ({
    contents,
    workspaceId,
    app,
  }) => {
    const { marker } = await contents();
    const many = Array.from({ length: 1001 }, (_, index) => ({
      workspaceId,
      seq: 1000 + index,
      kind: "document.updated" as const,
    }));
    await app.services.database.db.insert(workspaceEvents).values(many);
    await app.services.database.sql`update workspaces set last_event_seq = 2001 where id = ${workspaceId}`;
    await expect(contents({ since: marker })).rejects.toMatchObject({ cause: { reason: "RESYNC_REQUIRED" } });
    const { marker: later } = await contents();
    await app.services.database.sql`update workspaces set last_event_seq = 5 where id = ${workspaceId}`;
    await expect(contents({ since: later })).rejects.toMatchObject({ cause: { reason: "RESYNC_REQUIRED" } });
    await expect(contents({ since: "nonsense" })).rejects.toMatchObject({ cause: { reason: "BAD_CURSOR" } });
  });

  test("contain no documents created before the marker, however many and recent", async ({
    createDocument,
    app,
    workspaceId,
    contents,
    owner,
  }) => {
    const { id } = await createDocument("first");
    await app.services.database.sql`
      with created as (
        insert into documents (workspace_id, id, title, history_number, history_version)
        select ${workspaceId}, gen_random_uuid(), 'imported ' || number, 1, 1 from generate_series(1, 2100) number
        returning id
      )
      insert into document_versions
        (document_id, workspace_id, number, document_version, title, body, size, hash, reason, authors)
      select id, ${workspaceId}, 1, 1, 'imported', '', 0, ${Buffer.alloc(32)}::bytea, 'imported', '[]' from created`;
    const { marker } = await contents();
    expect(await contents({ since: marker })).toMatchObject({ items: [] });
    await owner.client.document.update({ id, content: "edited", overwrite: true });
    expect(namesIn(await contents({ since: marker }))).toEqual(["first"]);
  });

  test("contain any number of changes in pages, all of one moment if no event occurs meanwhile", async ({
    app,
    workspaceId,
    createDocument,
    contents,
    owner,
    createFolder,
  }) => {
    await app.services.database.sql`
      with created as (
        insert into documents (workspace_id, id, title, version, history_number, history_version)
        select ${workspaceId}, gen_random_uuid(), 'edited ' || number, 2, 2, 2 from generate_series(1, 2100) number
        returning id
      )
      insert into document_versions
        (document_id, workspace_id, number, document_version, title, body, size, hash, reason, authors)
      select id, ${workspaceId}, 2, 2, 'edited', '', 0, ${Buffer.alloc(32)}::bytea, 'saved', '[]' from created`;
    const { id } = await createDocument("purged");
    const { marker: since } = await contents();
    await owner.client.document.delete({ id });
    await owner.client.document.purge({ id });
    await createFolder("new");
    await expect(contents({ since })).rejects.toMatchObject({ cause: { reason: "RESYNC_REQUIRED" } });
    const pages: Contents[] = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page: Contents = await contents({ since, limit: 1000, cursor });
      pages.push(page);
      cursor = page.nextCursor;
    }
    expect(pages.map(({ items }) => items.length)).toEqual([1000, 1000, 102]);
    const items = pages.flatMap((page) => page.items);
    expect(new Set(items.map((item) => item.id)).size).toBe(2102);
    expect(items.filter(({ kind }) => kind === "folder")).toMatchObject([{ name: "new" }]);
    expect(items.filter(({ isDeleted }) => isDeleted)).toMatchObject([{ id }]);
    expect(new Set(pages.map(({ eventSeq }) => eventSeq)).size).toBe(1);
    const { marker } = pages[0] ?? { marker: "" };
    await createFolder("newer");
    expect((await contents({ since: marker, limit: 1000 })).eventSeq).toBe((pages[0]?.eventSeq ?? 0) + 1);
  });

  test("are hidden from outsiders", async ({ app, createDocument, workspaceId }) => {
    const outsider = await insertUser(app);
    await createDocument("secret");
    const tried = outsider.client.workspace.contents({ workspaceId });
    await expect(tried).rejects.toMatchObject({ cause: { reason: "NOT_FOUND" } });
  });
});
