import { encodeEdits, getText } from "@mdreader/collab";
import { describe, expect } from "vitest";
import * as Y from "yjs";

import { insertMember, insertUser } from "../../../testing/index.ts";
import { textIn, test } from "../live.fixture.ts";
import { foldLog } from "../maintenance/fold-log.ts";
import { readLog } from "../store/log.ts";

describe("document.push", () => {
  test("numbers concurrent edits through two processes without gaps and keeps all of them", async ({
    createDocument,
    createNode,
    createWindow,
    owner,
    editor,
  }) => {
    const id = await createDocument();
    const nodes = [createNode(), createNode()] as const;
    const windows = await Promise.all([
      createWindow(nodes[0], owner, id),
      createWindow(nodes[0], editor, id),
      createWindow(nodes[1], owner, id),
      createWindow(nodes[1], editor, id),
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

  test("succeeds although another process is faster each time, by making it wait", async ({
    createDocument,
    createNode,
    createWindow,
    editor,
    owner,
  }) => {
    const id = await createDocument();
    const [slow, fast] = [createNode(), createNode()];
    const window = await createWindow(fast, editor, id);
    const typed: Promise<number>[] = [];
    await slow.store.write(id, async ({ doc }) => {
      typed.push(window.type((text) => text.insert(0, ".")));
      // Once that process waits, its next keystroke is committed only after this.
      await Promise.race([typed.at(-1), new Promise((resolve) => setTimeout(resolve, 500))]);
      const update = encodeEdits(doc, 2 ** 32 + 7, [{ at: 0, remove: 0, insert: "slow" }]);
      if (update === null) throw new Error("no update was written");
      const updates = [{ update, authorId: owner.id, apiKeyName: null }];
      return { write: { updates, newOwners: new Map(), callers: [] }, result: null };
    });
    await Promise.all(typed);
    const text = await textIn(slow, id);
    expect(text.replaceAll(".", "")).toBe("slow");
    expect(text).toHaveLength("slow".length + typed.length);
  });

  test("rejects an update under another user's client ID, and accepts that user's later edits", async ({
    createDocument,
    createNode,
    createWindow,
    owner,
    editor,
  }) => {
    const id = await createDocument();
    const node = createNode();
    const [hers, his] = [await createWindow(node, owner, id), await createWindow(node, editor, id)];
    await hers.type((text) => text.insert(0, "hers "));
    his.doc.clientID = hers.doc.clientID;
    await expect(his.type((text) => text.insert(0, "forged"))).rejects.toMatchObject({
      reason: "FOREIGN_CLIENT_ID",
    });
    await hers.type((text) => text.insert(5, "still"));
    expect(await textIn(node, id)).toBe("hers still");
  });

  test("rejects an update with a gap, and accepts it together with the missing updates", async ({
    createDocument,
    createNode,
    checkEdit,
    owner,
  }) => {
    const id = await createDocument();
    const node = createNode();
    const access = await checkEdit(owner, id);
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

  test("accepts an update that was pushed before, without duplicating its text", async ({
    createDocument,
    createNode,
    checkEdit,
    owner,
  }) => {
    const id = await createDocument();
    const node = createNode();
    const access = await checkEdit(owner, id);
    const doc = new Y.Doc();
    getText(doc).insert(0, "once");
    const update = Y.encodeStateAsUpdate(doc);
    await node.pusher.push(access, update);
    await node.pusher.push(access, update);
    expect(await textIn(node, id)).toBe("once");
  });

  test("rejects an update that exceeds the maximum document size, without changes", async ({
    createDocument,
    createNode,
    createWindow,
    owner,
    editor,
  }) => {
    const id = await createDocument("short");
    const node = createNode();
    const window = await createWindow(node, owner, id);
    const large = "x".repeat(1024 * 1024);
    await window.type((text) => text.insert(0, large));
    const other = await createWindow(node, editor, id);
    await expect(other.type((text) => text.insert(0, large))).rejects.toMatchObject({
      reason: "DOCUMENT_TOO_LARGE",
    });
    expect((await textIn(node, id)).length).toBe(large.length + 5);
  });

  test("rejects an author who was removed in the meantime, and keeps the other edits of the batch", async ({
    createDocument,
    createNode,
    app,
    workspaceId,
    createWindow,
    owner,
  }) => {
    const id = await createDocument();
    const node = createNode();
    const guest = await insertUser(app);
    await insertMember(app, workspaceId, guest, "editor");
    const [hers, theirs] = [await createWindow(node, owner, id), await createWindow(node, guest, id)];
    await app.services.database.sql`delete from workspace_members where user_id = ${guest.id}`;
    const results = await Promise.allSettled([
      hers.type((text) => text.insert(0, "warm up ")),
      theirs.type((text) => text.insert(0, "late")),
      hers.type((text) => text.insert(0, "kept ")),
    ]);
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(await textIn(node, id)).toBe("kept warm up ");
  });

  test("rejects edits of a document that was deleted in the meantime", async ({
    createDocument,
    createNode,
    createWindow,
    owner,
    app,
  }) => {
    const id = await createDocument();
    const node = createNode();
    const window = await createWindow(node, owner, id);
    await app.services.database.sql`update documents set deleted_at = now() where id = ${id}`;
    await expect(window.type((text) => text.insert(0, "late"))).rejects.toMatchObject({
      reason: "NOT_FOUND",
    });
  });
});

describe("large edits", () => {
  test("are folded by size, long before there are many of them", async ({
    createDocument,
    createNode,
    app,
    paste,
  }) => {
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

  test("are read in small pages", async ({ createDocument, paste, createNode, app }) => {
    const id = await createDocument();
    await paste(createNode(), id, 8);
    const { entries } = await readLog(app.services.database.sql, id, 1);
    expect(entries.length).toBeGreaterThan(1);
    expect(entries.length).toBeLessThan(16);
    expect(await textIn(createNode(), id)).toBe("");
  });

  test("are committed in several batches, in order, when they arrive together", async ({
    createDocument,
    createNode,
    createWindow,
    owner,
  }) => {
    const id = await createDocument();
    const node = createNode();
    const window = await createWindow(node, owner, id);
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
