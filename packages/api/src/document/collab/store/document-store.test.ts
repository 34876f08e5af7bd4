import { createYDoc, getText } from "@mdreader/collab";
import { encodeContested, encodePrepended, encodeUpdate, type Id } from "@mdreader/collab/testing";
import { createId } from "@mdreader/db";
import { describe, expect } from "vitest";
import * as Y from "yjs";

import { checkResource } from "../../../access/resource-checks.ts";
import { type TestActor, catchReason } from "../../../testing/index.ts";
import { test as base } from "../../../testing/test.ts";
import { restoreVersion } from "../../version/restore.ts";
import { foldLog } from "../maintenance/fold-log.ts";
import { applyText } from "../write/apply-text.ts";
import { createUpdateCommitter } from "../write/push.ts";
import { createDocumentStore } from "./document-store.ts";
import { readMarkdown } from "./live-document.ts";

async function createWindow(actor: TestActor, id: string) {
  const { update } = await actor.client.document.pull({ id });
  const doc = createYDoc([Buffer.from(update, "base64")]);
  return {
    doc,
    type(change: (text: Y.Text) => void): Uint8Array {
      const before = Y.encodeStateVector(doc);
      doc.transact(() => change(getText(doc)));
      return Y.encodeStateAsUpdate(doc, before);
    },
  };
}

const foldAlways = { entriesPerSnapshot: 1, bytesPerSnapshot: 1, keptSnapshots: 1 };

const test = base
  .extend(
    "createDocument",
    ({ owner, workspaceId }) =>
      async (content = "") =>
        (await owner.client.document.create({ workspaceId, title: "Notes", content })).id,
  )
  /** The document services of one server, on the shared database. */
  .extend("createNode", ({ app }) => () => {
    const documents = createDocumentStore(app.services.database);
    const { push } = createUpdateCommitter(app.services, documents);
    const services = { ...app.services, documents: { ...app.services.documents, ...documents } };
    const editor = (actor: TestActor, id: string) =>
      checkResource(app.context(actor.credential), "document", "document.update", id).require();
    return {
      read: (id: string) => documents.read(id, readMarkdown),
      push: async (actor: TestActor, id: string, update: Uint8Array) => push(await editor(actor, id), update),
      save: async (actor: TestActor, id: string, baseVersion: number, text: string) =>
        applyText(services, await editor(actor, id), { baseVersion, text }),
      restore: async (actor: TestActor, id: string, number: number) =>
        restoreVersion(
          services,
          await checkResource(
            app.context(actor.credential),
            "document",
            "document.restoreVersion",
            id,
          ).require(),
          number,
        ),
    };
  })
  .extend(
    "logOf",
    ({ app }) =>
      (id: string) =>
        app.services.database.sql<{ seq: number; update: Uint8Array }[]>`
    select seq, update from document_log where document_id = ${id} order by seq`,
  );

describe("a server whose memory lags behind another server's commits", () => {
  test("writes a save and a restore that would change nothing in its stale copy", async ({
    createNode,
    createDocument,
    owner,
    editor,
  }) => {
    const [a, b] = [createNode(), createNode()];
    const id = await createDocument();
    const one = await a.save(owner, id, 1, "one\n");
    const two = await b.save(editor, id, one.version, "one two\n");
    const again = await a.save(owner, id, two.version, "one\n");
    expect(again).toMatchObject({ version: two.version + 1, content: "one\n" });
    expect(await createNode().read(id)).toBe("one\n");

    const other = await b.save(editor, id, again.version, "other\n");
    await a.restore(owner, id, 2);
    expect(await createNode().read(id)).toBe("one\n");
    expect((await owner.client.document.get({ id })).version).toBe(other.version + 1);
  });

  test("numbers a save after versions that it does not know of", async ({
    createNode,
    createDocument,
    owner,
    editor,
  }) => {
    const [a, b] = [createNode(), createNode()];
    const id = await createDocument("zero\n");
    const one = await a.save(owner, id, 1, "one\n");
    for (const label of ["First", "Second"]) await owner.client.document.version.create({ id, label });
    const two = await a.save(owner, id, one.version, "two\n");
    await b.save(editor, id, two.version, "three\n");
    await a.save(owner, id, two.version, "two\nfour\n");
    const { items } = await owner.client.document.version.list({ id });
    const texts = await Promise.all(
      items.map(async ({ number }) => (await owner.client.document.version.get({ id, number })).content),
    );
    expect(items.map(({ number }) => number)).toEqual([6, 5, 4, 3, 2, 1]);
    expect(texts).toEqual(["three\nfour\n", "three\n", "two\n", "one\n", "one\n", "zero\n"]);
  });

  test("accepts an edit that builds on another server's latest commit", async ({
    createNode,
    createDocument,
    owner,
  }) => {
    const [a, b] = [createNode(), createNode()];
    const id = await createDocument();
    await a.read(id);
    const window = await createWindow(owner, id);
    const updates = ["one ", "two ", "three"].map((word) =>
      window.type((text) => text.insert(text.length, word)),
    );
    const [first, second, third] = updates;
    if (first === undefined || second === undefined || third === undefined)
      throw new Error("expected three updates");
    await b.push(owner, id, first);
    await b.push(owner, id, second);
    await a.push(owner, id, third);
    expect(await a.read(id)).toBe("one two three");
  });

  test("validates each edit of a batch against the committed state, and rejects only invalid ones", async ({
    createNode,
    createDocument,
    owner,
    editor,
  }) => {
    const [a, b] = [createNode(), createNode()];
    const id = await createDocument();
    await a.read(id);
    const [hers, his] = [await createWindow(owner, id), await createWindow(editor, id)];
    await b.push(
      owner,
      id,
      hers.type((text) => text.insert(0, "hers ")),
    );
    const outcomes = await Promise.allSettled([
      a.push(
        editor,
        id,
        his.type((text) => text.insert(0, "his ")),
      ),
      a.push(
        owner,
        id,
        hers.type((text) => text.insert(5, "more ")),
      ),
      a.push(editor, id, Uint8Array.from([1, 1, 5, 0, 132, 5, 0, 1, 97, 0])),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected"]);
    expect(await b.read(id)).toContain("hers more ");
  });

  test("runs no query before an append, and one before it reports that there is nothing to write", async ({
    app,
    createDocument,
  }) => {
    const documents = createDocumentStore(app.services.database);
    const id = await createDocument("text\n");
    await documents.read(id, () => null);
    const versions: number[] = [];
    const { result } = await documents.write(id, (live) => {
      versions.push(live.version);
      return { write: null, result: "nothing" };
    });
    expect({ result, versions }).toEqual({ result: "nothing", versions: [1] });
  });
});

describe("an update", () => {
  test("may include known edits of other users, and only its new parts are kept", async ({
    createNode,
    createDocument,
    owner,
    editor,
    logOf,
  }) => {
    const node = createNode();
    const id = await createDocument();
    const [hers, his] = [await createWindow(owner, id), await createWindow(editor, id)];
    const first = hers.type((text) => text.insert(0, "hers "));
    await node.push(owner, id, first);
    Y.applyUpdate(his.doc, first);
    const fresh = his.type((text) => text.insert(5, "his"));
    await node.push(editor, id, Y.encodeStateAsUpdate(his.doc));
    expect(await createNode().read(id)).toBe("hers his");
    const logged = (await logOf(id)).at(-1)?.update;
    expect(logged && Buffer.from(logged)).toEqual(Buffer.from(fresh));
    const { items } = await owner.client.document.blame({ id });
    expect(items[0]?.others.length).toBe(1);
  });

  test("must not add to another user's edits, even if the earlier ones are known", async ({
    createNode,
    createDocument,
    owner,
    editor,
  }) => {
    const node = createNode();
    const id = await createDocument();
    const [hers, his] = [await createWindow(owner, id), await createWindow(editor, id)];
    await node.push(
      owner,
      id,
      hers.type((text) => text.insert(0, "hers ")),
    );
    const unsent = hers.type((text) => text.insert(5, "not sent yet"));
    Y.applyUpdate(his.doc, Y.encodeStateAsUpdate(hers.doc));
    Y.applyUpdate(his.doc, unsent);
    his.type((text) => text.insert(0, "his "));
    const forged = node.push(editor, id, Y.encodeStateAsUpdate(his.doc));
    expect(await catchReason(forged)).toBe("FOREIGN_CLIENT_ID");
  });

  const letter = (client: number, clock: number) => ({
    kind: "text" as const,
    text: "a",
    origin: { client, clock },
    rightOrigin: null,
  });
  const collected = { kind: "collected" as const, length: 2 ** 31 };
  test.for([
    [
      "has itself as its origin",
      encodeUpdate([{ client: 5, clock: 0, structs: [letter(5, 0)] }]),
      "BAD_UPDATE",
    ],
    [
      "has circular origins",
      encodeUpdate([
        { client: 6, clock: 0, structs: [letter(5, 0)] },
        { client: 5, clock: 0, structs: [letter(6, 0)] },
      ]),
      "UPDATE_GAP",
    ],
    [
      "lists a client twice",
      encodeUpdate([
        { client: 5, clock: 0, structs: [{ ...letter(5, 0), origin: null }] },
        { client: 5, clock: 1, structs: [letter(5, 0)] },
      ]),
      "BAD_UPDATE",
    ],
    ["is expensive to integrate", encodeContested(2000), "BAD_UPDATE"],
    [
      "has a length beyond the database's integer range",
      encodeUpdate([{ client: 5, clock: 0, structs: [collected] }]),
      "BAD_UPDATE",
    ],
    [
      "deletes the same range repeatedly",
      encodeUpdate(
        [{ client: 5, clock: 0, structs: [{ ...letter(5, 0), origin: null }] }],
        [
          { client: 5, ranges: [{ clock: 0, length: 1 }] },
          { client: 5, ranges: [{ clock: 0, length: 1 }] },
        ],
      ),
      "BAD_UPDATE",
    ],
  ] as const)(
    "that %s is rejected, without changes",
    async ([, update, reason], { createNode, createDocument, editor, logOf }) => {
      const node = createNode();
      const id = await createDocument("as it was\n");
      await node.read(id);
      expect(await catchReason(node.push(editor, id, update))).toBe(reason);
      expect(await node.read(id)).toBe("as it was\n");
      expect(await logOf(id)).toHaveLength(1);
      expect(await createNode().read(id)).toBe("as it was\n");
    },
  );
});

test("rejects a single letter whose neighbors were never adjacent, which readers would place differently", async ({
  createNode,
  createDocument,
  editor,
  logOf,
}) => {
  const node = createNode();
  const id = await createDocument("as it was\n");
  const letter = { kind: "text" as const, text: "x", origin: null, rightOrigin: null };
  await node.push(editor, id, encodeUpdate([{ client: 5, clock: 0, structs: [{ ...letter, text: "ab" }] }]));
  const before = await node.read(id);
  const [origin, rightOrigin] = [1, 0].map((clock) => ({ client: 5, clock }));
  const forged = { ...letter, origin: origin ?? null, rightOrigin: rightOrigin ?? null };
  const update = encodeUpdate([{ client: 5, clock: 2, structs: [forged] }]);
  expect(await catchReason(node.push(editor, id, update))).toBe("BAD_UPDATE");
  expect(await node.read(id)).toBe(before);
  expect(await logOf(id)).toHaveLength(2);
});

describe("conflict resolution", () => {
  test("is limited per document, so that a document of many accepted updates still loads", async ({
    createNode,
    createDocument,
    editor,
    app,
  }) => {
    const node = createNode();
    const id = await createDocument();
    const reasons: (string | null)[] = [];
    for (let n = 0; n < 30 && reasons.at(-1) !== "BAD_UPDATE"; n += 1) {
      reasons.push(await catchReason(node.push(editor, id, encodePrepended(n + 1, 300))));
    }
    expect(reasons.length).toBeGreaterThan(4);
    expect(reasons.at(-1)).toBe("BAD_UPDATE");
    await foldLog(app.services.database.sql, createDocumentStore(app.services.database), id, foldAlways);
    expect(await createNode().read(id)).toBe(await node.read(id));
  });

  test("does not make a document unloadable by edits that are costly in the order of a snapshot only", async ({
    createNode,
    createDocument,
    editor,
    app,
  }) => {
    const count = 6000;
    const letters = (client: number, origin: Id | null) =>
      Array.from({ length: count }, (_, clock) => ({
        kind: "text" as const,
        text: "x",
        origin,
        rightOrigin: clock === 0 ? null : { client, clock: clock - 1 },
      }));
    const origin = { client: 1, clock: 0 };
    const first = { kind: "text" as const, text: "y", origin: null, rightOrigin: null };
    const updates = [
      encodeUpdate([{ client: 2, clock: 0, structs: letters(2, null) }]),
      encodeUpdate([
        { client: 3, clock: 0, structs: letters(3, origin) },
        { client: 1, clock: 0, structs: [first] },
      ]),
    ];
    const node = createNode();
    const id = await createDocument();
    for (const update of updates) await node.push(editor, id, update);
    const documents = createDocumentStore(app.services.database);
    expect(await foldLog(app.services.database.sql, documents, id, foldAlways)).toBe(false);
    const { content } = await node.save(editor, id, 1, "z\n");
    expect(content).toHaveLength(2 * count + 1 + "z\n".length);
    expect(await createNode().read(id)).toBe(content);
    // The merge of a long text needs a copy.
    expect(await catchReason(node.save(editor, id, 1, "z\n".repeat(40_000)))).toBe("DOCUMENT_DAMAGED");
    expect(await createNode().read(id)).toBe(content);
  });
});

test("reports a document with missing log entries as damaged", async ({
  createDocument,
  owner,
  app,
  createNode,
}) => {
  const id = await createDocument("one\n");
  const { version } = await owner.client.document.update({ id, content: "two\n", overwrite: true });
  const { sql } = app.services.database;
  await sql`delete from document_snapshots where document_id = ${id}`;
  await sql`delete from document_log where document_id = ${id} and seq = ${version}`;
  await expect(createNode().read(id)).rejects.toMatchObject({ reason: "DOCUMENT_DAMAGED" });
});

test("documents that are loaded at the same time share statements, and each is complete", async ({
  createDocument,
  createNode,
  owner,
  app,
}) => {
  const contents = Array.from({ length: 40 }, (_, index) => `text ${index}`);
  const ids = await Promise.all(contents.map(createDocument));
  await Promise.all(ids.map((id, index) => createNode().save(owner, id, 1, `${contents[index]}, more`)));
  const folded = ids.slice(0, 10);
  await Promise.all(
    folded.map((id) =>
      foldLog(app.services.database.sql, createDocumentStore(app.services.database), id, foldAlways),
    ),
  );
  const missing = createId();
  const { read } = createNode();
  const results = await Promise.allSettled([...ids, missing].map(read));
  const texts = results.map((result) => (result.status === "fulfilled" ? result.value : null));
  expect(texts).toEqual([...contents.map((content) => `${content}, more`), null]);
});
