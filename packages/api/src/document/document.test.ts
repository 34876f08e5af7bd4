import { documentList, documentSummary, searchHit, searchResults } from "@mdreader/contract";
import { documents, documentVersions, files, createId, workspaceEvents } from "@mdreader/db";
import { asc, eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";

import {
  type TestActor,
  insertUser,
  insertWorkspace,
  createTestApp,
  type TestApp,
} from "../testing/index.ts";
import { sweepTrash } from "./sweep.ts";

let app: TestApp;
let ada: TestActor;
let ben: TestActor;
let viewer: TestActor;
let workspaceId: string;

beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app[Symbol.asyncDispose]());
beforeEach(async () => {
  [ada, ben, viewer] = await Promise.all([insertUser(app), insertUser(app), insertUser(app)]);
  workspaceId = (await insertWorkspace(app, { owner: ada, editor: ben, viewer })).id;
});

const db = () => app.services.database.db;
const reason = (why: string) => ({ cause: { reason: why } });
const create = (title: string, rest: { content?: string; folderId?: string } = {}) =>
  ada.client.document.create({ workspaceId, title, ...rest });
async function insertFile(path: string, documentId: string | null = null): Promise<string> {
  const id = createId();
  const bytes = { mediaType: "image/png", size: 1, hash: new Uint8Array(32) };
  await db()
    .insert(files)
    .values({ id, workspaceId, documentId, path, ...bytes });
  return id;
}
const versionsOf = (id: string) =>
  db()
    .select()
    .from(documentVersions)
    .where(eq(documentVersions.documentId, id))
    .orderBy(asc(documentVersions.number));

describe("a document", () => {
  it("is stored byte for byte: line endings, a byte order mark, and the final newline or none", async () => {
    const content = "\uFEFF# Títle\r\n\r\n漢字 👩‍🚀\ttab\r\nno newline at the end";
    const { id } = await create("Bytes", { content });
    const document = await viewer.client.document.get({ id });
    expect(document).toMatchObject({ title: "Bytes", content, version: 1, role: "viewer" });
    expect(document.size).toBe(Buffer.byteLength(content));
  });

  it("may be empty", async () => {
    const { id, version } = await create("Empty");
    expect(version).toBe(1);
    expect((await ada.client.document.get({ id })).content).toBe("");
  });

  it("saves no version for a save without changes", async () => {
    const { id, version } = await create("Notes", { content: "same\n" });
    expect((await ada.client.document.update({ id, content: "same\n", overwrite: true })).version).toBe(
      version,
    );
    expect(await versionsOf(id)).toHaveLength(1);
  });

  it("is created alone or with others at the same time, in any folder, each with its text and its event", async () => {
    const folder = await ada.client.document.folder.create({ workspaceId, name: "Folder" });
    const unknown = "01890a5d-ac96-774b-bcce-b302099a8057";
    const texts = Array.from({ length: 24 }, (_, n) => `text ${n}\n`);
    const outcomes = await Promise.allSettled(
      texts.map((content, n) => {
        const folderId = [null, folder.id, unknown][n % 3] ?? null;
        return (n % 2 === 0 ? ada : ben).client.document.create({
          workspaceId,
          title: `Note ${n}`,
          content,
          folderId,
        });
      }),
    );
    expect(outcomes.map(({ status }) => status)).toEqual(
      texts.map((_, n) => (n % 3 === 2 ? "rejected" : "fulfilled")),
    );
    const created = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
    for (const document of created) {
      expect(document).toEqual({
        ...(await ada.client.document.get({ id: document.id })),
        role: document.role,
      });
      expect(document.content).toBe(`text ${document.title.slice("Note ".length)}\n`);
    }
    const { items } = await ada.client.workspace.activity({ workspaceId, limit: 50 });
    const announced = items
      .filter(({ kind }) => kind === "document.created")
      .map(({ subjectId }) => subjectId);
    expect(new Set(announced)).toEqual(new Set(created.map(({ id }) => id)));
    expect(announced).toHaveLength(created.length);
  });

  it("is returned by a save as it is read afterwards, and with no other field", async () => {
    const { id } = await ada.client.document.create({ workspaceId, title: "Notes", content: "one\n" });
    const saved = await ben.client.document.update({ id, content: "two\n", baseVersion: 1 });
    expect(saved).toEqual(await ben.client.document.get({ id }));
    expect(saved).toMatchObject({ version: 2, content: "two\n", updatedBy: ben.id, createdBy: ada.id });
  });

  it("keeps both of two saves from the same version, merged", async () => {
    const { id, version } = await create("Notes", { content: "one\ntwo\nthree\n" });
    await Promise.all([
      ada.client.document.update({ id, baseVersion: version, content: "ONE\ntwo\nthree\n" }),
      ben.client.document.update({ id, baseVersion: version, content: "one\ntwo\nTHREE\n" }),
    ]);
    expect((await ada.client.document.get({ id })).content).toBe("ONE\ntwo\nTHREE\n");
    expect((await versionsOf(id)).map(({ number }) => number)).toEqual([1, 2, 3]);
  });

  it("rejects a text without a base version, without changes", async () => {
    const { id, version } = await create("Notes", { content: "one\ntwo\nthree\n" });
    await ben.client.document.get({ id });
    const text = "ONE\ntwo\nthree\n";
    await ada.client.document.update({ id, baseVersion: version, content: text });
    await ben.client.document.get({ id });
    const bare = { id, title: "Renamed", content: "one\ntwo\nTHREE\n" };
    const refused = expect(ben.client.document.update(bare)).rejects;
    await refused.toMatchObject({ code: "PRECONDITION_REQUIRED", ...reason("BASE_VERSION_REQUIRED") });
    expect(await ada.client.document.get({ id })).toMatchObject({ title: "Notes", content: text });
    const saved = await ben.client.document.update({ ...bare, baseVersion: version });
    expect(saved).toMatchObject({ title: "Renamed", content: "ONE\ntwo\nTHREE\n" });
  });

  it("is overwritten on explicit request, and keeps the previous text in its history", async () => {
    const { id, version } = await create("Notes", { content: "first\n" });
    await ada.client.document.update({ id, baseVersion: version, content: "by Ada\n" });
    const saved = await ben.client.document.update({ id, content: "generated\n", overwrite: true });
    expect(saved.content).toBe("generated\n");
    const versions = await ada.client.document.version.list({ id });
    const [, before] = versions.items;
    expect((await ada.client.document.version.get({ id, number: before?.number ?? 0 })).content).toBe(
      "by Ada\n",
    );
    const both = ben.client.document.update({ id, content: "x", overwrite: true, baseVersion: version });
    await expect(both).rejects.toMatchObject(reason("BAD_INPUT"));
    const neither = ben.client.document.update({ id, content: "x", overwrite: false });
    await expect(neither).rejects.toMatchObject(reason("BASE_VERSION_REQUIRED"));
  });

  it("rejects a base version that does not exist", async () => {
    const { id } = await create("Notes", { content: "text\n" });
    await expect(ada.client.document.update({ id, baseVersion: 99, content: "x" })).rejects.toMatchObject(
      reason("VERSION_CONFLICT"),
    );
    expect((await ada.client.document.get({ id })).content).toBe("text\n");
  });

  it("uses its workspace's language, or its own", async () => {
    const { id } = await create("Notes");
    const searched = async () =>
      (
        await db().select({ language: documents.searchLanguage }).from(documents).where(eq(documents.id, id))
      )[0];
    expect(await searched()).toEqual({ language: "english" });
    await ada.client.document.update({ id, language: "german" });
    expect(await searched()).toEqual({ language: "german" });
    await ada.client.document.update({ id, language: null });
    expect(await searched()).toEqual({ language: "english" });
  });

  it("rejects text that cannot be stored, and unknown fields", async () => {
    const bad = [
      { content: "a\0b" },
      { content: "\ud800" },
      { content: "x".repeat(1.5 * 1024 * 1024 + 1) },
      { title: "t".repeat(1024 * 1024) },
      { title: "two\nlines" },
      { workspaceId: "not an id" },
      { ownerId: ada.id },
      JSON.parse('{"__proto__": {"role": "owner"}}'),
    ];
    for (const fields of bad) {
      await expect(
        ada.client.document.create({ workspaceId, title: "Bad", ...fields }),
        JSON.stringify(fields).slice(0, 60),
      ).rejects.toMatchObject(reason("BAD_INPUT"));
    }
    expect((await ada.client.document.list({ workspaceId })).items).toEqual([]);
  });

  it("is duplicated with its current text", async () => {
    const { id } = await create("Notes", { content: "text\n" });
    const copy = await ben.client.document.duplicate({ id });
    expect(copy).toMatchObject({ title: "Notes (copy)", content: "text\n", version: 1 });
    expect(copy.id).not.toBe(id);
  });

  it("appears in the workspace's activity", async () => {
    const { id } = await create("Notes");
    await ben.client.document.update({ id, title: "Plans" });
    await ben.client.document.delete({ id });
    const kinds = await db()
      .select({ kind: workspaceEvents.kind, seq: workspaceEvents.seq })
      .from(workspaceEvents)
      .where(eq(workspaceEvents.subjectId, id))
      .orderBy(asc(workspaceEvents.seq));
    expect(kinds.map(({ kind }) => kind)).toEqual([
      "document.created",
      "document.updated",
      "document.deleted",
    ]);
  });
});

describe("a document in another workspace", () => {
  it("cannot be reached by mixing IDs, and nothing is written", async () => {
    const stranger = await insertUser(app);
    const { id: foreign } = await insertWorkspace(app, { owner: stranger });
    const theirs = await stranger.client.document.folder.create({ workspaceId: foreign, name: "Theirs" });
    const { id } = await create("Mine");
    const calls = [
      () => ada.client.document.create({ workspaceId, title: "x", folderId: theirs.id }),
      () => ada.client.document.move({ id, folderId: theirs.id }),
      () => ada.client.document.duplicate({ id, folderId: theirs.id }),
      () => ada.client.document.folder.create({ workspaceId, name: "x", parentId: theirs.id }),
      () => ada.client.document.folder.rename({ id: theirs.id, name: "x" }),
    ];
    for (const call of calls) await expect(call()).rejects.toMatchObject(reason("NOT_FOUND"));
    expect((await ada.client.document.list({ workspaceId })).items).toHaveLength(1);
    expect((await ada.client.document.list({ workspaceId, folderId: theirs.id })).items).toEqual([]);
    expect((await ada.client.document.tree({ workspaceId, folderId: theirs.id })).items).toEqual([]);
  });
});

describe("folders", () => {
  const folder = (name: string, parentId?: string) =>
    ada.client.document.folder.create({ workspaceId, name, ...(parentId && { parentId }) });

  it("have unique names among siblings, even if they are created at the same time", async () => {
    const made = await Promise.allSettled(Array.from({ length: 5 }, () => folder("Docs")));
    expect(made.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const result of made) {
      if (result.status === "rejected") expect(result.reason).toMatchObject(reason("FOLDER_NAME_TAKEN"));
    }
    await folder("docs");
  });

  it("cannot be moved into themselves, nor into a cycle by two concurrent moves", async () => {
    const [a, b] = [await folder("a"), await folder("b")];
    const inner = await folder("inner", a.id);
    await expect(ada.client.document.folder.move({ id: a.id, parentId: inner.id })).rejects.toMatchObject(
      reason("FOLDER_CYCLE"),
    );
    const moves = await Promise.allSettled([
      ada.client.document.folder.move({ id: a.id, parentId: b.id }),
      ben.client.document.folder.move({ id: b.id, parentId: a.id }),
    ]);
    expect(moves.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  it("can be nested 32 levels deep and no deeper, by creating or moving", async () => {
    let parent = await folder("1");
    const top = parent;
    for (let depth = 2; depth <= 32; depth += 1) parent = await folder(String(depth), parent.id);
    await expect(folder("33", parent.id)).rejects.toMatchObject(reason("FOLDER_TOO_DEEP"));
    const other = await folder("other");
    await expect(ada.client.document.folder.move({ id: top.id, parentId: other.id })).rejects.toMatchObject(
      reason("FOLDER_TOO_DEEP"),
    );
  });

  it("are listed level by level, folders first, each kind by name, page by page", async () => {
    const docs = await folder("docs");
    await folder("assets");
    await create("inside", { folderId: docs.id });
    for (const title of ["b", "a", "c"]) await create(title);
    const names: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await viewer.client.document.tree({ workspaceId, limit: 2, cursor });
      names.push(...page.items.map(({ kind, name, hasChildren }) => `${kind} ${name} ${hasChildren}`));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(names).toEqual([
      "folder assets false",
      "folder docs true",
      "document a false",
      "document b false",
      "document c false",
    ]);
    const inside = await viewer.client.document.tree({ workspaceId, folderId: docs.id });
    expect(inside.items).toMatchObject([{ kind: "document", name: "inside" }]);
  });

  it("are in natural order, page by page: numbers by value, without regard to case and accents", async () => {
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
    for (const title of [...titles, `${long}2`, `${long}1`, "Note 2", "1a".repeat(127)]) await create(title);
    const names: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await viewer.client.document.tree({ workspaceId, limit: 1, cursor });
      names.push(...page.items.map(({ name }) => name));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(names).toEqual([
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

  it("form the path of a document, from the root down", async () => {
    const docs = await folder("docs");
    const inner = await folder("inner", docs.id);
    const { id } = await create("Deep", { folderId: inner.id });
    expect(await viewer.client.document.path({ id })).toEqual({
      folders: [
        { id: docs.id, name: "docs" },
        { id: inner.id, name: "inner" },
      ],
    });
    await ada.client.document.move({ id, folderId: null });
    expect(await viewer.client.document.path({ id })).toEqual({ folders: [] });
  });

  it("go to the trash with their contents, and are restored with exactly those", async () => {
    const docs = await folder("docs");
    const inner = await folder("inner", docs.id);
    const [kept, before] = [
      await create("kept", { folderId: inner.id }),
      await create("before", { folderId: inner.id }),
    ];
    await ada.client.document.delete({ id: before.id });
    app.services.clock.advance(1);
    expect(await ben.client.document.folder.delete({ id: docs.id })).toMatchObject({
      documents: 1,
      folders: 2,
    });
    await expect(ada.client.document.get({ id: kept.id })).rejects.toMatchObject(reason("NOT_FOUND"));
    const trash = await ada.client.document.trash({ workspaceId });
    expect(trash.items.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      "folder docs",
      "document before",
    ]);
    expect(trash.items[0]?.deletedBy?.id).toBe(ben.id);

    await folder("docs");
    const restored = await ada.client.document.folder.restore({ id: docs.id });
    expect(restored.name).toBe("docs (restored)");
    expect((await ada.client.document.get({ id: kept.id })).folderId).toBe(inner.id);
    await expect(ada.client.document.get({ id: before.id })).rejects.toMatchObject(reason("NOT_FOUND"));
    expect((await ada.client.document.restore({ id: before.id })).folderId).toBe(inner.id);
  });
});

describe("the trash", () => {
  it("hides deleted documents from lists, trees and searches", async () => {
    const { id } = await create("Secretplan", { content: "secretword\n" });
    await ada.client.document.delete({ id });
    expect((await ada.client.document.list({ workspaceId })).items).toEqual([]);
    expect((await ada.client.document.tree({ workspaceId })).items).toEqual([]);
    expect((await ada.client.document.search({ workspaceId, query: "secretword" })).items).toEqual([]);
    for (const call of [
      () => ada.client.document.get({ id }),
      () => ada.client.document.update({ id, title: "x" }),
      () => ada.client.document.pull({ id }),
    ]) {
      await expect(call()).rejects.toMatchObject(reason("NOT_FOUND"));
    }
    await expect(viewer.client.document.trash({ workspaceId })).rejects.toMatchObject(reason("ROLE_TOO_LOW"));
  });

  it("is paginated by deletion time, to the microsecond", async () => {
    const made = await Promise.all(["1", "2", "3", "4", "5"].map((title) => create(title)));
    for (const { id } of made) await ada.client.document.delete({ id });
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await ada.client.document.trash({ workspaceId, limit: 2, cursor });
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(seen.toSorted()).toEqual(made.map(({ id }) => id).toSorted());
    expect(new Set(seen).size).toBe(5);
  });

  it("restores a document, to the root if its folder no longer exists", async () => {
    const folder = await ada.client.document.folder.create({ workspaceId, name: "docs" });
    const { id } = await create("Notes", { content: "text\n", folderId: folder.id });
    await ada.client.document.delete({ id });
    await ada.client.document.folder.delete({ id: folder.id });
    expect((await ben.client.document.restore({ id })).folderId).toBeNull();
    expect((await ben.client.document.get({ id })).content).toBe("text\n");
  });

  it("does not affect copies, whose attachments are copied with the document", async () => {
    const { id } = await create("Notes", { content: "![](map.png)" });
    const original = await insertFile("map.png", id);
    const copy = await ben.client.document.duplicate({ id });
    const found = async () =>
      (await ben.client.file.resolve({ documentId: copy.id, paths: ["map.png"] })).items[0]?.file;
    expect(await found()).toMatchObject({ documentId: copy.id, path: "map-2.png", uploadedBy: ben.id });
    await ada.client.document.delete({ id });
    expect(await found()).toMatchObject({ documentId: copy.id });
    expect((await found())?.id).not.toBe(original);
  });

  it("lists files that were deleted individually, until an admin deletes them permanently", async () => {
    const { id: documentId } = await create("Notes");
    const [own, attached] = [await insertFile("trip/own.png"), await insertFile("attached.png", documentId)];
    await ben.client.file.delete({ id: own });
    app.services.clock.advance(1);
    await ada.client.document.delete({ id: documentId });
    const trash = async () => (await ben.client.document.trash({ workspaceId })).items;
    expect((await trash()).map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      "document Notes",
      "file own.png",
    ]);
    await expect(ben.client.file.purge({ id: own })).rejects.toMatchObject(reason("ROLE_TOO_LOW"));
    await ada.client.file.purge({ id: own });
    await ada.client.document.restore({ id: documentId });
    expect(await trash()).toEqual([]);
    await expect(ada.client.file.restore({ id: own })).rejects.toMatchObject(reason("NOT_FOUND"));
    await expect(ada.client.file.purge({ id: attached })).rejects.toMatchObject(reason("NOT_FOUND"));
  });

  it("is emptied by admins, and by the sweep after the retention period, never before", async () => {
    const [one, two] = [await create("one"), await create("two")];
    const folder = await ada.client.document.folder.create({ workspaceId, name: "docs" });
    await create("three", { folderId: folder.id });
    await ada.client.document.delete({ id: one.id });
    await ada.client.document.delete({ id: two.id });
    await ada.client.document.folder.delete({ id: folder.id });
    await expect(ben.client.document.purge({ id: one.id })).rejects.toMatchObject(reason("ROLE_TOO_LOW"));
    await ada.client.document.purge({ id: one.id });
    await expect(ada.client.document.restore({ id: one.id })).rejects.toMatchObject(reason("NOT_FOUND"));

    await sweepTrash(app.services);
    expect((await ada.client.document.trash({ workspaceId })).items).toHaveLength(2);
    app.services.clock.advance(app.services.settings.trashRetention + 60);
    await sweepTrash(app.services);
    expect((await ada.client.document.trash({ workspaceId })).items).toEqual([]);
  });
});

describe("lists", () => {
  it("contain the declared fields and no others", async () => {
    const folder = await ada.client.document.folder.create({ workspaceId, name: "Folder" });
    await ada.client.document.create({
      workspaceId,
      title: "Listed",
      content: "secret",
      folderId: folder.id,
    });
    for (const folderId of [undefined, null, folder.id]) {
      const page = await ada.client.document.list({ workspaceId, folderId });
      expect(z.strictObject(documentList.shape).parse(page)).toEqual(page);
      for (const item of page.items) expect(z.strictObject(documentSummary.shape).parse(item)).toEqual(item);
    }
    const hits = await ada.client.document.search({ workspaceId, query: "secret" });
    expect(hits.items).toHaveLength(1);
    expect(z.strictObject(searchResults.shape).parse(hits)).toEqual(hits);
    for (const item of hits.items) expect(z.strictObject(searchHit.shape).parse(item)).toEqual(item);
  });

  it("return pages of the requested size, and end", async () => {
    const made: string[] = [];
    for (let n = 0; n < 7; n += 1) made.push((await create(`${n}`)).id);
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await viewer.client.document.list({ workspaceId, limit: 3, cursor });
      expect(page.items.length).toBeLessThanOrEqual(3);
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(seen).toEqual(made);
  });

  it("reject an invalid cursor", async () => {
    for (const cursor of ["x", "bm90IGpzb24", Buffer.from('"no id"').toString("base64url")]) {
      await expect(ada.client.document.list({ workspaceId, cursor })).rejects.toMatchObject(
        reason("BAD_CURSOR"),
      );
      await expect(ada.client.document.tree({ workspaceId, cursor })).rejects.toMatchObject(
        reason("BAD_CURSOR"),
      );
      await expect(ada.client.document.trash({ workspaceId, cursor })).rejects.toMatchObject(
        reason("BAD_CURSOR"),
      );
    }
  });
});

describe("reading", () => {
  it("takes one statement, including the access check", async () => {
    const { id } = await create("Notes", { content: "text\n" });
    const { client } = ada;
    // The first search indexes the document.
    await client.document.search({ workspaceId, query: "text" });
    const reads = {
      get: () => client.document.get({ id }),
      list: () => client.document.list({ workspaceId }),
      tree: () => client.document.tree({ workspaceId }),
      trash: () => client.document.trash({ workspaceId }),
      search: () => client.document.search({ workspaceId, query: "text" }),
      workspace: () => client.workspace.get({ id: workspaceId }),
      workspaces: () => client.workspace.list(),
      members: () => client.workspace.member.list({ workspaceId }),
      activity: () => client.workspace.activity({ workspaceId }),
      me: () => client.auth.me(),
    };
    const counts: Record<string, number> = {};
    for (const [name, read] of Object.entries(reads)) {
      const before = app.statements.length;
      await read();
      counts[name] = app.statements.length - before;
    }
    expect(counts).toEqual(Object.fromEntries(Object.keys(reads).map((name) => [name, 1])));
  });

  it("uses an index in a large workspace", async () => {
    await db().execute(
      `insert into documents (id, workspace_id, title, content)
       select gen_random_uuid(), '${workspaceId}', 'Document ' || n, 'text ' || n from generate_series(1, 3000) n`,
    );
    await db().execute("analyze documents");
    const id = createId();
    for (const read of [
      () => ada.client.document.get({ id }).catch(() => null),
      () => ada.client.document.list({ workspaceId, limit: 10 }),
      () => ada.client.document.tree({ workspaceId, limit: 10 }),
    ]) {
      const plan = await app.explain(read);
      expect(plan).not.toMatch(/Seq Scan on documents/);
    }
  });
});
