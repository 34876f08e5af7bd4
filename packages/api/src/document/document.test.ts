import { documentList, documentSummary, searchHit, searchResults } from "@mdreader/contract";
import { documents, documentVersions, createId, workspaceEvents } from "@mdreader/db";
import { asc, eq } from "drizzle-orm";
import { describe, expect } from "vitest";
import { z } from "zod";

import { insertUser, insertWorkspace } from "../testing/factories.ts";
import { withReason } from "../testing/failure.ts";
import { readAllPages } from "../testing/pages.ts";
import { test as base } from "../testing/test.ts";

const test = base.extend(
  "versionsOf",
  ({ app }) =>
    (id: string) =>
      app.services.database.db
        .select()
        .from(documentVersions)
        .where(eq(documentVersions.documentId, id))
        .orderBy(asc(documentVersions.number)),
);

describe("a document", () => {
  test("is stored byte for byte: line endings, a byte order mark, and the final newline or none", async ({
    viewer,
    addDocument,
  }) => {
    const content = "\uFEFF# Títle\r\n\r\n漢字 👩‍🚀\ttab\r\nno newline at the end";
    const { id } = await addDocument("Bytes", { content });
    const document = await viewer.client.document.get({ id });
    expect(document).toMatchObject({ title: "Bytes", content, version: 1, role: "viewer" });
    expect(document.size).toBe(Buffer.byteLength(content));
  });

  test("may be empty", async ({ owner, addDocument }) => {
    const { id, version } = await addDocument("Empty");
    expect(version).toBe(1);
    expect((await owner.client.document.get({ id })).content).toBe("");
  });

  test("saves no version for a save without changes", async ({ owner, addDocument, versionsOf }) => {
    const { id, version } = await addDocument("Notes", { content: "same\n" });
    expect((await owner.client.document.update({ id, content: "same\n", overwrite: true })).version).toBe(
      version,
    );
    expect(await versionsOf(id)).toHaveLength(1);
  });

  test("is created alone or with others at the same time, in any folder, each with its text and its event", async ({
    workspaceId,
    owner,
    editor,
  }) => {
    const folder = await owner.client.document.folder.create({ workspaceId, name: "Folder" });
    const unknown = "01890a5d-ac96-774b-bcce-b302099a8057";
    const texts = Array.from({ length: 24 }, (_, n) => `text ${n}\n`);
    const outcomes = await Promise.allSettled(
      texts.map((content, n) => {
        const folderId = [null, folder.id, unknown][n % 3] ?? null;
        return (n % 2 === 0 ? owner : editor).client.document.create({
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
        ...(await owner.client.document.get({ id: document.id })),
        role: document.role,
      });
      expect(document.content).toBe(`text ${document.title.slice("Note ".length)}\n`);
    }
    const { items } = await owner.client.workspace.activity({ workspaceId, limit: 50 });
    const announced = items
      .filter(({ kind }) => kind === "document.created")
      .map(({ subjectId }) => subjectId);
    expect(new Set(announced)).toEqual(new Set(created.map(({ id }) => id)));
    expect(announced).toHaveLength(created.length);
  });

  test("is returned by a save as it is read afterwards, and with no other field", async ({
    workspaceId,
    owner,
    editor,
  }) => {
    const { id } = await owner.client.document.create({ workspaceId, title: "Notes", content: "one\n" });
    const saved = await editor.client.document.update({ id, content: "two\n", baseVersion: 1 });
    expect(saved).toEqual(await editor.client.document.get({ id }));
    expect(saved).toMatchObject({ version: 2, content: "two\n", updatedBy: editor.id, createdBy: owner.id });
  });

  test("keeps both of two saves from the same version, merged", async ({
    owner,
    editor,
    addDocument,
    versionsOf,
  }) => {
    const { id, version } = await addDocument("Notes", { content: "one\ntwo\nthree\n" });
    await Promise.all([
      owner.client.document.update({ id, baseVersion: version, content: "ONE\ntwo\nthree\n" }),
      editor.client.document.update({ id, baseVersion: version, content: "one\ntwo\nTHREE\n" }),
    ]);
    expect((await owner.client.document.get({ id })).content).toBe("ONE\ntwo\nTHREE\n");
    expect((await versionsOf(id)).map(({ number }) => number)).toEqual([1, 2, 3]);
  });

  test("rejects a text without a base version, without changes", async ({ owner, editor, addDocument }) => {
    const { id, version } = await addDocument("Notes", { content: "one\ntwo\nthree\n" });
    await editor.client.document.get({ id });
    const text = "ONE\ntwo\nthree\n";
    await owner.client.document.update({ id, baseVersion: version, content: text });
    await editor.client.document.get({ id });
    const bare = { id, title: "Renamed", content: "one\ntwo\nTHREE\n" };
    const refused = expect(editor.client.document.update(bare)).rejects;
    await refused.toMatchObject({ code: "PRECONDITION_REQUIRED", ...withReason("BASE_VERSION_REQUIRED") });
    expect(await owner.client.document.get({ id })).toMatchObject({ title: "Notes", content: text });
    const saved = await editor.client.document.update({ ...bare, baseVersion: version });
    expect(saved).toMatchObject({ title: "Renamed", content: "ONE\ntwo\nTHREE\n" });
  });

  test("is overwritten on explicit request, and keeps the previous text in its history", async ({
    owner,
    editor,
    addDocument,
  }) => {
    const { id, version } = await addDocument("Notes", { content: "first\n" });
    await owner.client.document.update({ id, baseVersion: version, content: "by Ada\n" });
    const saved = await editor.client.document.update({ id, content: "generated\n", overwrite: true });
    expect(saved.content).toBe("generated\n");
    const versions = await owner.client.document.version.list({ id });
    const [, before] = versions.items;
    expect((await owner.client.document.version.get({ id, number: before?.number ?? 0 })).content).toBe(
      "by Ada\n",
    );
    const both = editor.client.document.update({ id, content: "x", overwrite: true, baseVersion: version });
    await expect(both).rejects.toMatchObject(withReason("BAD_INPUT"));
    const neither = editor.client.document.update({ id, content: "x", overwrite: false });
    await expect(neither).rejects.toMatchObject(withReason("BASE_VERSION_REQUIRED"));
  });

  test("rejects a base version that does not exist", async ({ owner, addDocument }) => {
    const { id } = await addDocument("Notes", { content: "text\n" });
    await expect(owner.client.document.update({ id, baseVersion: 99, content: "x" })).rejects.toMatchObject(
      withReason("VERSION_CONFLICT"),
    );
    expect((await owner.client.document.get({ id })).content).toBe("text\n");
  });

  test("uses its workspace's language, or its own", async ({ app, owner, addDocument }) => {
    const { id } = await addDocument("Notes");
    const searched = async () =>
      (
        await app.services.database.db
          .select({ language: documents.searchLanguage })
          .from(documents)
          .where(eq(documents.id, id))
      )[0];
    expect(await searched()).toEqual({ language: "english" });
    await owner.client.document.update({ id, language: "german" });
    expect(await searched()).toEqual({ language: "german" });
    await owner.client.document.update({ id, language: null });
    expect(await searched()).toEqual({ language: "english" });
  });

  test("rejects text that cannot be stored, and unknown fields", async ({ workspaceId, owner }) => {
    const bad = [
      { content: "a\0b" },
      { content: "\ud800" },
      { content: "x".repeat(1.5 * 1024 * 1024 + 1) },
      { title: "t".repeat(1024 * 1024) },
      { title: "two\nlines" },
      { workspaceId: "not an id" },
      { ownerId: owner.id },
      JSON.parse('{"__proto__": {"role": "owner"}}'),
    ];
    for (const fields of bad) {
      await expect(
        owner.client.document.create({ workspaceId, title: "Bad", ...fields }),
        JSON.stringify(fields).slice(0, 60),
      ).rejects.toMatchObject(withReason("BAD_INPUT"));
    }
    expect((await owner.client.document.list({ workspaceId })).items).toEqual([]);
  });

  test("is duplicated with its current text", async ({ editor, addDocument }) => {
    const { id } = await addDocument("Notes", { content: "text\n" });
    const copy = await editor.client.document.duplicate({ id });
    expect(copy).toMatchObject({ title: "Notes (copy)", content: "text\n", version: 1 });
    expect(copy.id).not.toBe(id);
  });

  test("appears in the workspace's activity", async ({ app, editor, addDocument }) => {
    const { id } = await addDocument("Notes");
    await editor.client.document.update({ id, title: "Plans" });
    await editor.client.document.delete({ id });
    const kinds = await app.services.database.db
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
  test("cannot be reached by mixing IDs, and nothing is written", async ({
    app,
    workspaceId,
    owner,
    addDocument,
  }) => {
    const stranger = await insertUser(app);
    const { id: foreign } = await insertWorkspace(app, { owner: stranger });
    const theirs = await stranger.client.document.folder.create({ workspaceId: foreign, name: "Theirs" });
    const { id } = await addDocument("Mine");
    const calls = [
      () => owner.client.document.create({ workspaceId, title: "x", folderId: theirs.id }),
      () => owner.client.document.move({ id, folderId: theirs.id }),
      () => owner.client.document.duplicate({ id, folderId: theirs.id }),
      () => owner.client.document.folder.create({ workspaceId, name: "x", parentId: theirs.id }),
      () => owner.client.document.folder.rename({ id: theirs.id, name: "x" }),
    ];
    for (const call of calls) await expect(call()).rejects.toMatchObject(withReason("NOT_FOUND"));
    expect((await owner.client.document.list({ workspaceId })).items).toHaveLength(1);
    expect((await owner.client.document.list({ workspaceId, folderId: theirs.id })).items).toEqual([]);
    expect((await owner.client.document.tree({ workspaceId, folderId: theirs.id })).items).toEqual([]);
  });
});

describe("lists", () => {
  test("contain the declared fields and no others", async ({ workspaceId, owner }) => {
    const folder = await owner.client.document.folder.create({ workspaceId, name: "Folder" });
    await owner.client.document.create({
      workspaceId,
      title: "Listed",
      content: "secret",
      folderId: folder.id,
    });
    for (const folderId of [undefined, null, folder.id]) {
      const page = await owner.client.document.list({ workspaceId, folderId });
      expect(z.strictObject(documentList.shape).parse(page)).toEqual(page);
      for (const item of page.items) expect(z.strictObject(documentSummary.shape).parse(item)).toEqual(item);
    }
    const hits = await owner.client.document.search({ workspaceId, query: "secret" });
    expect(hits.items).toHaveLength(1);
    expect(z.strictObject(searchResults.shape).parse(hits)).toEqual(hits);
    for (const item of hits.items) expect(z.strictObject(searchHit.shape).parse(item)).toEqual(item);
  });

  test("return pages of the requested size, and end", async ({ workspaceId, viewer, addDocument }) => {
    const made: string[] = [];
    for (let n = 0; n < 7; n += 1) made.push((await addDocument(`${n}`)).id);
    const pages = await readAllPages((cursor) =>
      viewer.client.document.list({ workspaceId, limit: 3, cursor }),
    );
    expect(pages.map(({ items }) => items.length)).toEqual([3, 3, 1]);
    expect(pages.flatMap(({ items }) => items.map(({ id }) => id))).toEqual(made);
  });

  test("reject an invalid cursor", async ({ workspaceId, owner }) => {
    for (const cursor of ["x", "bm90IGpzb24", Buffer.from('"no id"').toString("base64url")]) {
      for (const list of ["list", "tree", "trash"] as const) {
        const refused = owner.client.document[list]({ workspaceId, cursor });
        await expect(refused).rejects.toMatchObject(withReason("BAD_CURSOR"));
      }
    }
  });
});

describe("reading", () => {
  test("takes one statement, including the access check", async ({
    app,
    workspaceId,
    owner,
    addDocument,
  }) => {
    const { id } = await addDocument("Notes", { content: "text\n" });
    const { client } = owner;
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

  test("uses an index in a large workspace", async ({ app, workspaceId, owner }) => {
    await app.services.database.db.execute(
      `insert into documents (id, workspace_id, title, content)
       select gen_random_uuid(), '${workspaceId}', 'Document ' || n, 'text ' || n from generate_series(1, 3000) n`,
    );
    await app.services.database.db.execute("analyze documents");
    const id = createId();
    for (const read of [
      () => owner.client.document.get({ id }).catch(() => null),
      () => owner.client.document.list({ workspaceId, limit: 10 }),
      () => owner.client.document.tree({ workspaceId, limit: 10 }),
    ]) {
      const plan = await app.explain(read);
      expect(plan).not.toMatch(/Seq Scan on documents/);
    }
  });
});
