import { createYDoc, getText, encodeUpdate } from "@mdreader/collab";
import { maxDocumentBytes } from "@mdreader/contract";
import { documents, createId } from "@mdreader/db";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as Y from "yjs";

import type { DocumentAccess } from "../../access/authorize.ts";
import { checkResource } from "../../access/resource-checks.ts";
import {
  type TestActor,
  addMember,
  insertUser,
  insertWorkspace,
  createTestApp,
  catchReason,
  type TestApp,
} from "../../testing/index.ts";
import { recoverStaleDocuments } from "./maintenance/maintenance.ts";
import { foldLog, materializeText } from "./maintenance/materialize.ts";
import { streamChanges, pullDocument } from "./read/changes.ts";
import { createDocumentStore, type DocumentStore } from "./store/document-store.ts";
import { readMarkdown } from "./store/live-document.ts";
import { initializeLogs, readLog } from "./store/log.ts";
import { applyText } from "./write/apply-text.ts";
import { createUpdateCommitter, type UpdateCommitter } from "./write/push.ts";

let app: TestApp;
let ada: TestActor;
let ben: TestActor;
let workspaceId: string;

beforeAll(async () => {
  app = await createTestApp();
  [ada, ben] = await Promise.all([insertUser(app), insertUser(app)]);
  workspaceId = (await insertWorkspace(app, { owner: ada, editor: ben })).id;
});
afterAll(() => app[Symbol.asyncDispose]());

/** The document services of one server process. */
interface Node {
  store: DocumentStore;
  pusher: UpdateCommitter;
}

function createNode(): Node {
  const store = createDocumentStore(app.services.database);
  return { store, pusher: createUpdateCommitter(app.services, store) };
}

async function createDocument(content = ""): Promise<string> {
  const id = createId();
  await app.services.database.db.transaction(async (tx) => {
    await tx.insert(documents).values({ id, workspaceId, title: "Notes", content });
    await initializeLogs(tx, [{ id, content }], { workspaceId, authorId: ada.id, tool: null });
  });
  return id;
}

const ctx = (actor: TestActor) => ({
  ...app.services,
  credential: actor.credential,
  request: { id: "test", ipAddress: "192.0.2.1", userAgent: null, refreshCookie: null },
});

const editor = (actor: TestActor, id: string): Promise<DocumentAccess<"document.update">> =>
  checkResource(ctx(actor), "document", "document.update", id).require();
const reader = (actor: TestActor, id: string): Promise<DocumentAccess<"document.read">> =>
  checkResource(ctx(actor), "document", "document.read", id).require();

const fromBase64 = (text: string) => new Uint8Array(Buffer.from(text, "base64"));

/** A window with its own copy of the document. */
async function createWindow(node: Node, actor: TestActor, id: string) {
  const access = await editor(actor, id);
  const { update } = await pullDocument({ ...app.services, documents: node.store }, id, null);
  const doc = createYDoc([fromBase64(update)]);
  return {
    doc,
    text: getText(doc),
    /** Changes the text and pushes the update. */
    type(change: (text: Y.Text) => void): Promise<number> {
      const before = Y.encodeStateVector(doc);
      change(getText(doc));
      return node.pusher.push(access, Y.encodeStateAsUpdate(doc, before));
    },
  };
}

const textIn = (node: Node, id: string) => node.store.read(id, readMarkdown);

describe("document.push", () => {
  it("numbers concurrent edits through two processes without gaps and keeps all of them", async () => {
    const id = await createDocument();
    const nodes = [createNode(), createNode()] as const;
    const windows = await Promise.all([
      createWindow(nodes[0], ada, id),
      createWindow(nodes[0], ben, id),
      createWindow(nodes[1], ada, id),
      createWindow(nodes[1], ben, id),
    ]);
    const pushes = windows.flatMap((window, who) =>
      Array.from({ length: 15 }, (_, n) => window.type((text) => text.insert(text.length, `[${who}.${n}]`))),
    );
    const numbers = await Promise.all(pushes);
    expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, index) => index + 2));
    const [one, two] = await Promise.all(nodes.map((node) => textIn(node, id)));
    expect(one).toBe(two);
    for (let n = 0; n < 15; n += 1) for (const who of [0, 1, 2, 3]) expect(one).toContain(`[${who}.${n}]`);
  });

  it("succeeds although another process is faster each time, by making it wait", async () => {
    const id = await createDocument();
    const [slow, fast] = [createNode(), createNode()];
    const window = await createWindow(fast, ben, id);
    const typed: Promise<number>[] = [];
    await slow.store.write(id, async ({ doc }) => {
      typed.push(window.type((text) => text.insert(0, ".")));
      // Once that process waits, its next keystroke is committed only after this.
      await Promise.race([typed.at(-1), new Promise((resolve) => setTimeout(resolve, 500))]);
      const update = encodeUpdate(doc, 2 ** 32 + 7, (draft) => getText(draft).insert(0, "slow"));
      if (update === null) throw new Error("no update was written");
      const updates = [{ update, authorId: ada.id, tool: null }];
      return { write: { updates, claims: new Map(), callers: [] }, result: null };
    });
    await Promise.all(typed);
    const text = await textIn(slow, id);
    expect(text.replaceAll(".", "")).toBe("slow");
    expect(text).toHaveLength("slow".length + typed.length);
  });

  it("rejects an update under another user's client ID, and accepts that user's later edits", async () => {
    const id = await createDocument();
    const node = createNode();
    const [hers, his] = [await createWindow(node, ada, id), await createWindow(node, ben, id)];
    await hers.type((text) => text.insert(0, "hers "));
    his.doc.clientID = hers.doc.clientID;
    await expect(his.type((text) => text.insert(0, "forged"))).rejects.toMatchObject({
      reason: "FOREIGN_CLIENT_ID",
    });
    await hers.type((text) => text.insert(5, "still"));
    expect(await textIn(node, id)).toBe("hers still");
  });

  it("rejects an update with a gap, and accepts it together with the missing updates", async () => {
    const id = await createDocument();
    const node = createNode();
    const access = await editor(ada, id);
    const doc = new Y.Doc();
    const updates: Uint8Array[] = [];
    doc.on("update", (update: Uint8Array) => updates.push(update));
    getText(doc).insert(0, "one ");
    getText(doc).insert(4, "two");
    const [first, second] = updates;
    if (first === undefined || second === undefined) throw new Error("expected two updates");
    await expect(node.pusher.push(access, second)).rejects.toMatchObject({ reason: "UPDATE_GAP" });
    await node.pusher.push(access, first);
    await node.pusher.push(access, second);
    expect(await textIn(node, id)).toBe("one two");
  });

  it("accepts an update that was pushed before, without duplicating its text", async () => {
    const id = await createDocument();
    const node = createNode();
    const access = await editor(ada, id);
    const doc = new Y.Doc();
    getText(doc).insert(0, "once");
    const update = Y.encodeStateAsUpdate(doc);
    await node.pusher.push(access, update);
    await node.pusher.push(access, update);
    expect(await textIn(node, id)).toBe("once");
  });

  it("rejects an update that exceeds the maximum document size, without changes", async () => {
    const id = await createDocument("short");
    const node = createNode();
    const window = await createWindow(node, ada, id);
    const large = "x".repeat(1024 * 1024);
    await window.type((text) => text.insert(0, large));
    const other = await createWindow(node, ben, id);
    await expect(other.type((text) => text.insert(0, large))).rejects.toMatchObject({
      reason: "DOCUMENT_TOO_LARGE",
    });
    expect((await textIn(node, id)).length).toBe(large.length + 5);
  });

  it("rejects an author who was removed in the meantime, and keeps the other edits of the batch", async () => {
    const id = await createDocument();
    const node = createNode();
    const guest = await insertUser(app);
    await addMember(app, workspaceId, guest, "editor");
    const [hers, theirs] = [await createWindow(node, ada, id), await createWindow(node, guest, id)];
    await app.services.database.sql`delete from workspace_members where user_id = ${guest.id}`;
    const results = await Promise.allSettled([
      hers.type((text) => text.insert(0, "warm up ")),
      theirs.type((text) => text.insert(0, "late")),
      hers.type((text) => text.insert(0, "kept ")),
    ]);
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(await textIn(node, id)).toBe("kept warm up ");
  });

  it("rejects edits of a document that was deleted in the meantime", async () => {
    const id = await createDocument();
    const node = createNode();
    const window = await createWindow(node, ada, id);
    await app.services.database.sql`update documents set deleted_at = now() where id = ${id}`;
    await expect(window.type((text) => text.insert(0, "late"))).rejects.toMatchObject({
      reason: "NOT_FOUND",
    });
  });
});

describe("document.subscribe", () => {
  it("sends the changes since a number, and then each change that any process commits", async () => {
    const id = await createDocument();
    const node = createNode();
    const window = await createWindow(node, ada, id);
    const first = await window.type((text) => text.insert(0, "a"));
    const ended = new AbortController();
    const changes = streamChanges(
      { ...app.services, documents: node.store },
      await reader(ben, id),
      { after: first - 1 },
      ended.signal,
    );
    expect((await changes.next()).value).toMatchObject({ type: "update", seq: first, authorId: ada.id });
    const next = changes.next();
    const second = await (await createWindow(createNode(), ben, id)).type((text) => text.insert(0, "b"));
    expect((await next).value).toMatchObject({ type: "update", seq: second, authorId: ben.id });
    ended.abort();
    expect((await changes.next()).done).toBe(true);
  });

  it("starts with the updates that a state vector lacks", async () => {
    const id = await createDocument("known ");
    const node = createNode();
    const window = await createWindow(node, ada, id);
    const known = Y.encodeStateVector(window.doc);
    const copy = createYDoc([Y.encodeStateAsUpdate(window.doc)]);
    const seq = await window.type((text) => text.insert(6, "and new"));
    const services = { ...app.services, documents: node.store };
    const changes = streamChanges(
      services,
      await reader(ben, id),
      { stateVector: known },
      new AbortController().signal,
    );
    const { value } = await changes.next();
    if (value?.type !== "sync") throw new Error("expected a sync message");
    expect(value.seq).toBe(seq);
    Y.applyUpdate(copy, fromBase64(value.update));
    expect(getText(copy).toJSON()).toBe("known and new");
    await changes.return();
  });

  it("requires a resync when the requested log entries were folded", async () => {
    const id = await createDocument();
    const node = createNode();
    const window = await createWindow(node, ada, id);
    await window.type((text) => text.insert(0, "x"));
    const stalled = streamChanges(
      { ...app.services, documents: node.store },
      await reader(ben, id),
      { after: 1 },
      new AbortController().signal,
    );
    expect((await stalled.next()).value).toMatchObject({ seq: 2 });
    for (let round = 0; round < 4; round += 1) {
      await Promise.all(
        Array.from({ length: 500 }, () => window.type((text) => text.insert(text.length, "x"))),
      );
      expect(await foldLog(app.services.database.sql, node.store, id)).toBe(true);
    }
    // An up-to-date subscriber that has read nothing since does not receive the entries after the gap.
    const numbers = [2];
    const readOn = async () => {
      for await (const { seq } of stalled) numbers.push(seq);
    };
    await expect(readOn()).rejects.toMatchObject({ reason: "RESYNC_REQUIRED" });
    expect(numbers).toEqual(numbers.map((_, index) => index + 2));
    expect(numbers.length).toBeLessThan(500);
    const services = { ...app.services, documents: node.store };
    const stale = streamChanges(services, await reader(ben, id), { after: 3 }, new AbortController().signal);
    await expect(stale.next()).rejects.toMatchObject({ reason: "RESYNC_REQUIRED" });
    const future = streamChanges(
      services,
      await reader(ben, id),
      { after: 9_999_999 },
      new AbortController().signal,
    );
    await expect(future.next()).rejects.toMatchObject({ reason: "RESYNC_REQUIRED" });
  });
});

describe("applyText", () => {
  it("rejects with the reason of the access check when access is lost in the meantime", async () => {
    const id = await createDocument("text\n");
    const services = { ...app.services, documents: createNode().store };
    const { sql } = app.services.database;
    const cleo = await insertUser(app);
    await addMember(app, workspaceId, cleo, "editor");
    const access = await editor(cleo, id);
    const save = () => catchReason(applyText(services, access, { baseVersion: 1, text: "mine\n" }));
    await sql`update workspace_members set role = 'viewer' where user_id = ${cleo.id}`;
    expect(await save()).toBe("ROLE_TOO_LOW");
    await sql`delete from workspace_members where user_id = ${cleo.id}`;
    expect(await save()).toBe("NOT_FOUND");
    await addMember(app, workspaceId, cleo, "editor");
    await sql`update auth_sessions set revoked_at = now() where user_id = ${cleo.id}`;
    expect(await save()).toBe("SESSION_ENDED");
    const other = await editor(ben, id);
    await sql`update documents set deleted_at = now() where id = ${id}`;
    expect(await catchReason(applyText(services, other, { baseVersion: 1, text: "mine\n" }))).toBe(
      "NOT_FOUND",
    );
  });

  it("merges with edits since the base version, and reports conflicting lines", async () => {
    const id = await createDocument("# Plan\nThe quick fox\nEnd\n");
    const node = createNode();
    const window = await createWindow(node, ben, id);
    await window.type((text) => text.insert(text.length - 4, "typed meanwhile\n"));
    await window.type((text) => {
      text.delete(17, 3);
      text.insert(17, "dog");
    });
    const services = { ...app.services, documents: node.store };
    const written = await applyText(services, await editor(ada, id), {
      baseVersion: 1,
      text: "# Plan\nThe slow fox\nEnd\nand more\n",
    });
    expect(written.content).toBe("# Plan\nThe slow dog\ntyped meanwhile\nEnd\nand more\n");
    expect(written.conflicts.map(({ line }) => line)).toEqual([2]);
    expect(written.version).toBe(4);
    expect(await textIn(node, id)).toBe(written.content);
  });

  it("is applied once per idempotency key, and returns the same result, also for concurrent calls", async () => {
    const id = await createDocument("a\n");
    const [one, two] = [createNode(), createNode()];
    const access = await editor(ada, id);
    const write = { baseVersion: 1, text: "a\nb\n", idempotencyKey: "the same key" };
    const answers = await Promise.all(
      [one, two, one].map(({ store }) => applyText({ ...app.services, documents: store }, access, write)),
    );
    await (await createWindow(one, ben, id)).type((text) => text.insert(0, "later "));
    answers.push(await applyText({ ...app.services, documents: one.store }, access, write));
    for (const answer of answers) expect(answer).toEqual({ version: 2, content: "a\nb\n", conflicts: [] });
    expect(await textIn(two, id)).toBe("later a\nb\n");
  });

  it("returns the same result for a write without changes, despite later edits by others", async () => {
    const id = await createDocument("a\n");
    const node = createNode();
    const services = { ...app.services, documents: node.store };
    const write = { baseVersion: 1, text: "a\n", idempotencyKey: "nothing changes" };
    const first = await applyText(services, await editor(ada, id), write);
    expect(first).toEqual({ version: 1, content: "a\n", conflicts: [] });
    await (await createWindow(node, ben, id)).type((text) => text.insert(0, "later "));
    expect(await applyText(services, await editor(ada, id), write)).toEqual(first);
  });

  it("uses one client ID per user, however often they write", async () => {
    const id = await createDocument();
    const nodes = [createNode(), createNode()];
    let baseVersion = 1;
    for (let n = 1; n <= 6; n += 1) {
      const { store } = nodes[n % 2] ?? createNode();
      const services = { ...app.services, documents: store };
      const text = "line\n".repeat(n);
      ({ version: baseVersion } = await applyText(services, await editor(n % 3 === 0 ? ben : ada, id), {
        baseVersion,
        text,
      }));
    }
    const { sql } = app.services.database;
    const clients = await sql`select user_id from document_clients where document_id = ${id}`;
    expect(new Set(clients.map((row) => row["user_id"]))).toEqual(new Set([ada.id, ben.id]));
    expect(clients).toHaveLength(2);
    expect(await textIn(createNode(), id)).toBe("line\n".repeat(6));
  });

  it.each([
    [
      "Windows line endings",
      "one\r\ntwo\r\n",
      "one\r\n2\r\n",
      "zero\r\none\r\ntwo\r\n",
      "zero\r\none\r\n2\r\n",
    ],
    ["a byte order mark", "\u{feff}# A\n", "\u{feff}# A\nmine\n", "\u{feff}# B\n", "\u{feff}# B\nmine\n"],
    ["emoji that share a surrogate", "a 👩 b", "a 👨 b", "a 👩 b c", "a 👨 b c"],
    ["an empty base", "", "mine", "", "mine"],
    ["an empty result", "gone\n", "", "gone\n", ""],
  ])("preserves the exact bytes with %s", async (_name, base, mine, theirs, merged) => {
    const id = await createDocument(base);
    const services = { ...app.services, documents: createNode().store };
    await applyText(services, await editor(ben, id), { baseVersion: 1, text: theirs });
    const written = await applyText(services, await editor(ada, id), { baseVersion: 1, text: mine });
    expect(written.content).toBe(merged);
    expect(await textIn(createNode(), id)).toBe(merged);
  });

  it("accepts a text of the maximum size, and rejects a larger one", async () => {
    const id = await createDocument("small");
    const services = { ...app.services, documents: createNode().store };
    const largest = "é".repeat(maxDocumentBytes / 2);
    const { version } = await applyText(services, await editor(ada, id), { baseVersion: 1, text: largest });
    const over = applyText(services, await editor(ada, id), { baseVersion: version, text: `${largest}x` });
    await expect(over).rejects.toMatchObject({ reason: "DOCUMENT_TOO_LARGE" });
    expect(await textIn(createNode(), id)).toBe(largest);
  });

  it("rejects a base version that does not exist", async () => {
    const id = await createDocument("a\n");
    const services = { ...app.services, documents: createNode().store };
    const write = applyText(services, await editor(ada, id), { baseVersion: 7, text: "b\n" });
    await expect(write).rejects.toMatchObject({ reason: "VERSION_CONFLICT" });
  });
});

describe("data derived from the log", () => {
  it("is the same regardless of when it is written and how often the log is folded", async () => {
    const edits = fc.array(fc.tuple(fc.nat(), fc.nat(4), fc.constantFrom("x", "é", "漢", "👩", "\n")), {
      maxLength: 60,
    });
    await fc.assert(
      fc.asyncProperty(edits, async (changes) => {
        const id = await createDocument("begin ");
        const node = createNode();
        const windows = [await createWindow(node, ada, id), await createWindow(node, ben, id)];
        const pushes: Promise<unknown>[] = [];
        changes.forEach(([place, remove, insert], index) => {
          const window = windows[index % 2];
          if (window === undefined) return;
          const change = (text: Y.Text) => {
            const at = place % (text.length + 1);
            text.delete(at, Math.min(remove, text.length - at));
            text.insert(at, insert);
          };
          pushes.push(window.type(change));
          if (index % 10 === 0) pushes.push(materializeText(app.services.database.sql, node.store, id));
        });
        await Promise.all(pushes);
        await materializeText(app.services.database.sql, node.store, id);
        const [row] = await app.services.database
          .sql`select content, version, content_version from documents where id = ${id}`;
        expect(row).toMatchObject({
          content: await textIn(createNode(), id),
          content_version: row?.["version"],
        });
      }),
      { numRuns: 10 },
    );
  });

  it("stays bounded when text is typed and deleted for a long time", async () => {
    const id = await createDocument();
    const node = createNode();
    const window = await createWindow(node, ada, id);
    const sizes: number[] = [];
    for (let round = 0; round < 8; round += 1) {
      for (let burst = 0; burst < 10; burst += 1) {
        await Promise.all(
          Array.from({ length: 60 }, (_, n) =>
            window.type((text) =>
              n % 2 === 0 ? text.insert(0, "some words ") : text.delete(0, text.length),
            ),
          ),
        );
      }
      await foldLog(app.services.database.sql, node.store, id);
      const [{ bytes }] = await app.services.database.sql<[{ bytes: number }]>`
        select ((select coalesce(sum(length(update)), 0) from document_log where document_id = ${id})
          + (select coalesce(sum(length(state)), 0) from document_snapshots where document_id = ${id}))::int as bytes`;
      sizes.push(bytes);
    }
    expect(Math.max(...sizes.slice(4))).toBeLessThan(1.5 * Math.max(...sizes.slice(0, 4)));
  });
});

describe("opening a folded document through a process that has not loaded it", () => {
  it("returns the whole document, including later edits, repeatedly and after an edit", async () => {
    const id = await createDocument("begun\n");
    const [busy, fresh] = [createNode(), createNode()];
    const writer = await createWindow(busy, ada, id);
    const typeMany = (mark: string) =>
      Promise.all(Array.from({ length: 520 }, () => writer.type((text) => text.insert(text.length, mark))));
    const opened = async () => {
      const { seq, update } = await pullDocument({ ...app.services, documents: fresh.store }, id, null);
      return { seq, text: getText(createYDoc([fromBase64(update)])).toJSON() };
    };
    const written = (seq: number) => ({ seq, text: writer.text.toJSON() });
    await typeMany("a");
    expect(await foldLog(app.services.database.sql, busy.store, id)).toBe(true);
    expect(await opened()).toEqual(written(521));
    await writer.type((text) => text.delete(2, 100));
    expect(await opened()).toEqual(written(522));
    for (const mark of ["b", "c", "d"]) {
      await typeMany(mark);
      expect(await foldLog(app.services.database.sql, busy.store, id)).toBe(true);
    }
    expect(await opened()).toEqual(written(2082));
    const other = await createWindow(fresh, ben, id);
    expect(await other.type((text) => text.insert(0, "read "))).toBe(2083);
    expect(await opened()).toEqual({ seq: 2083, text: `read ${writer.text.toJSON()}` });
  });
});

describe("an edit", () => {
  it("costs the same in a long document as in a short one, because it changes no indexed column", async () => {
    const indexes = await app.services.database.sql<{ definition: string }[]>`
      select indexdef as definition from pg_indexes where tablename = 'documents'`;
    expect(indexes.length).toBeGreaterThan(0);
    for (const { definition } of indexes) {
      expect(definition).not.toMatch(/\b(?:version|content_version|updated_at|updated_by)\b/);
    }
  });
});

describe("large edits", () => {
  /** Pastes a megabyte and deletes it, repeatedly. */
  async function paste(node: Node, id: string, times: number) {
    const window = await createWindow(node, ada, id);
    for (let n = 0; n < times; n += 1) {
      await window.type((text) => text.insert(0, "x".repeat(1024 * 1024)));
      await window.type((text) => text.delete(0, text.length));
    }
  }

  it("are folded by size, long before there are many of them", async () => {
    const id = await createDocument();
    const node = createNode();
    const { sql } = app.services.database;
    for (let round = 0; round < 5; round += 1) {
      await paste(node, id, 5);
      expect(await foldLog(sql, node.store, id)).toBe(true);
    }
    const [kept] =
      await sql`select sum(octet_length(update))::int as bytes from document_log where document_id = ${id}`;
    expect(kept?.["bytes"]).toBeLessThan(12 * 1024 * 1024);
  });

  it("are read in small pages", async () => {
    const id = await createDocument();
    await paste(createNode(), id, 8);
    const { entries } = await readLog(app.services.database.sql, id, 1);
    expect(entries.length).toBeGreaterThan(1);
    expect(entries.length).toBeLessThan(16);
    expect(await textIn(createNode(), id)).toBe("");
  });

  it("are committed in several batches, in order, when they arrive together", async () => {
    const id = await createDocument();
    const node = createNode();
    const window = await createWindow(node, ada, id);
    const pushes = Array.from({ length: 9 }, (_, n) =>
      window.type((text) => {
        text.delete(0, text.length);
        text.insert(0, String(n).repeat(1024 * 1024));
      }),
    );
    expect(await Promise.all(pushes)).toEqual(Array.from({ length: 9 }, (_, n) => n + 2));
    expect(await textIn(createNode(), id)).toBe("8".repeat(1024 * 1024));
  });
});

describe("a stale document of a crashed process", () => {
  it("is maintained by another process", async () => {
    const id = await createDocument("begin ");
    const window = await createWindow(createNode(), ada, id);
    await window.type((text) => text.insert(6, "typed before the end"));
    const { sql } = app.services.database;
    await sql`update stale_documents set since = now() - interval '1 minute' where document_id = ${id}`;
    expect(await recoverStaleDocuments(app.services)).toBeGreaterThan(0);
    const [row] = await sql`select content from documents where id = ${id}`;
    expect(row).toEqual({ content: "begin typed before the end" });
  });
});
