import { getText } from "@mdreader/collab";
import { expect } from "vitest";
import * as Y from "yjs";

import { createTestEditor, createClientWithToken, typeInto } from "../../testing/index.ts";
import { test as base } from "../../testing/test.ts";
import { foldLog } from "../collab/maintenance/fold-log.ts";
import { toAttributions, maxAttributionMs } from "./attributions.ts";
import { createAuthorship } from "./authorship.ts";
import { blameLines } from "./blame-lines.ts";

const it = base
  .extend(
    "create",
    ({ owner, workspaceId }) =>
      async (content: string) =>
        (await owner.client.document.create({ workspaceId, title: "Notes", content })).id,
  )
  /** The author of each line, by name. */
  .extend(
    "readAuthors",
    ({ owner, editor, viewer }) =>
      async (id: string): Promise<[text: string, writer: string][]> => {
        const names = new Map([owner, editor].map(({ id: person, username }) => [person, username]));
        const { items } = await viewer.client.document.blame({ id });
        return items.map(({ text, writer: { person, apiKeyName } }) => {
          const name = person === null ? "nobody" : (names.get(person.id) ?? "someone");
          return [text, apiKeyName === null ? name : `${name} by ${apiKeyName}`];
        });
      },
  );

it("attributes each line to its last author, and lists the others", async ({
  create,
  editor,
  readAuthors,
  owner,
  viewer,
}) => {
  const id = await create("one\ntwo\nthree\n");
  await typeInto(editor, id, (text) => text.insert(6, " more"));
  expect(await readAuthors(id)).toEqual([
    ["one\n", owner.username],
    ["tw moreo\n", editor.username],
    ["three\n", owner.username],
  ]);
  const { items, version } = await viewer.client.document.blame({ id });
  expect(version).toBe(2);
  expect(items[1]).toMatchObject({
    line: 2,
    lines: 1,
    others: [{ person: { id: owner.id }, apiKeyName: null }],
  });
  expect(items[0]?.others).toEqual([]);
});

it("does not attribute split lines to the author of the line break", async ({
  create,
  editor,
  readAuthors,
  owner,
}) => {
  const id = await create("onetwo\n");
  await typeInto(editor, id, (text) => text.insert(3, "\n\n"));
  expect(await readAuthors(id)).toEqual([
    ["one\n", owner.username],
    ["\n", editor.username],
    ["two\n", owner.username],
  ]);
});

it("ends lines at LF, CRLF and CR, even if two users wrote a CR and its LF", async ({
  create,
  editor,
  readAuthors,
  owner,
}) => {
  const id = await create("one\rtwo\r\nthree\r");
  await typeInto(editor, id, (text) => text.insert(text.length, "\nfour"));
  expect(await readAuthors(id)).toEqual([
    ["one\rtwo\r\nthree\r\n", owner.username],
    ["four", editor.username],
  ]);
});

it("reports the tool that wrote on behalf of a user", async ({ create, editor, app, readAuthors, owner }) => {
  const id = await create("one\n");
  await editor.client.document.update({ id, content: "one\nby hand\n", overwrite: true });
  const { secret } = await editor.client.auth.apiKey.create({ name: "nightly", scopes: ["read", "write"] });
  const tool = await createClientWithToken(app, secret);
  await tool.document.applyText({ id, baseVersion: 2, text: "one\nby hand\nsynced\n" });
  expect(await readAuthors(id)).toEqual([
    ["one\n", owner.username],
    ["by hand\n", editor.username],
    ["synced\n", `${editor.username} by nightly`],
  ]);
});

it("attributes exactly the restored text to the user who restored it", async ({
  create,
  owner,
  editor,
  readAuthors,
}) => {
  const id = await create("kept\nlost\n");
  await owner.client.document.update({ id, content: "kept\n", overwrite: true });
  await editor.client.document.version.restore({ id, number: 1 });
  expect(await readAuthors(id)).toEqual([
    ["kept\n", owner.username],
    ["lost\n", editor.username],
  ]);
});

it("returns the same after the log is folded, including users who only deleted text", async ({
  create,
  owner,
  editor,
  viewer,
  app,
}) => {
  const id = await create("first\n");
  const [hers, his] = [await createTestEditor(owner, id), await createTestEditor(editor, id)];
  await his.type((text) => text.delete(0, 1));
  await hers.type((text) => text.insert(text.length, "typed by hand\n"));
  const before = (await viewer.client.document.blame({ id })).items;
  const { database, documents } = app.services;
  const { sql } = database;
  for (let round = 0; round < 3; round += 1) {
    await hers.type((text) => text.insert(0, "x"));
    await hers.type((text) => text.delete(0, 1));
    // Enough entries for the log to be folded.
    await sql`
      with moved as (update documents set version = version + 500 where id = ${id} returning id, workspace_id, version)
      insert into document_log (document_id, workspace_id, seq, kind, update)
      select id, workspace_id, version - 500 + n, 'update', '\\x0000' from moved, generate_series(1, 500) n`;
    expect(await foldLog(sql, documents, id)).toBe(true);
  }
  const [oldest] = await sql`select min(seq) as seq from document_log where document_id = ${id}`;
  expect(oldest?.["seq"]).toBeGreaterThan(500);
  const after = (await viewer.client.document.blame({ id })).items;
  const timeless = (items: typeof after) => items.map((item) => ({ ...item, writtenAt: null }));
  expect(timeless(after)).toEqual(timeless(before));
  for (const [index, { writtenAt }] of after.entries()) {
    const was = Date.parse(before[index]?.writtenAt ?? "");
    expect(Math.abs(Date.parse(writtenAt) - was)).toBeLessThanOrEqual(maxAttributionMs);
  }
  const { authors } = await editor.client.document.version.create({ id, label: "folded" });
  expect(authors.map(({ person }) => person?.id)).toEqual(expect.arrayContaining([owner.id, editor.id]));
});

it("returns no name for deleted accounts", async ({ create, editor, app, readAuthors, owner }) => {
  const id = await create("by her\n");
  await typeInto(editor, id, (text) => text.insert(0, "by him\n"));
  await app.services.database.sql`delete from users where id = ${editor.id}`;
  expect(await readAuthors(id)).toEqual([
    ["by him\n", "nobody"],
    ["by her\n", owner.username],
  ]);
});

it("returns page by page the ranges of lines with the same authors", async ({ create, editor, viewer }) => {
  const id = await create("a\na\na\n");
  const { type } = await createTestEditor(editor, id);
  for (const at of [6, 4, 2]) await type((text) => text.insert(at, "b\n"));
  const lines: [number, number][] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page = await viewer.client.document.blame({ id, limit: 2, cursor });
    expect(page.items.length).toBeLessThanOrEqual(2);
    lines.push(...page.items.map(({ line, lines: count }): [number, number] => [line, count]));
    cursor = page.nextCursor;
  }
  expect(lines).toEqual([1, 2, 3, 4, 5, 6].map((line) => [line, 1]));
  const documentId = await create(Array.from({ length: 5000 }, (_, n) => `line ${n}`).join("\n"));
  const { items } = await viewer.client.document.blame({ id: documentId });
  expect(items).toMatchObject([{ line: 1, lines: 5000 }]);
});

it("attributes a character to its first sender, not to those who resend it", () => {
  const doc = new Y.Doc();
  getText(doc).insert(0, "once\n");
  const update = Y.encodeStateAsUpdate(doc);
  const at = (minutes: number) => minutes * 60_000;
  const spans = toAttributions(
    [
      { seq: 1, update, authorId: "ada", tool: null, writtenAt: at(0) },
      { seq: 2, update, authorId: "ben", tool: null, writtenAt: at(60) },
    ],
    maxAttributionMs,
  );
  const stretch = { clientId: doc.clientID, clock: 0, text: "once\n" };
  const [range] = blameLines([stretch], createAuthorship(spans, []));
  expect(range?.attribution).toMatchObject({ authorId: "ada", at: 0 });
});

it("merges the edits of one author within a few minutes into one span", () => {
  const doc = new Y.Doc();
  const updates: Uint8Array[] = [];
  doc.on("update", (update: Uint8Array) => updates.push(update));
  for (let n = 0; n < 100; n += 1) getText(doc).insert(n, "x");
  const spans = toAttributions(
    updates.map((update, n) => ({
      seq: n + 1,
      update,
      authorId: "ada",
      tool: null,
      writtenAt: n * 10_000,
    })),
    maxAttributionMs,
  );
  expect(spans.map(({ seq, clock, length }) => [seq, clock, length])).toEqual([
    [31, 0, 31],
    [62, 31, 31],
    [93, 62, 31],
    [100, 93, 7],
  ]);
});
