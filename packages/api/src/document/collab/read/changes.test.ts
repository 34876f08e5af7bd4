import { createYDoc, getText } from "@mdreader/collab";
import { describe, expect } from "vitest";
import * as Y from "yjs";

import { fromBase64, test } from "../live.fixture.ts";
import { foldLog } from "../maintenance/fold-log.ts";
import { streamChanges } from "./changes.ts";

describe("document.subscribe", () => {
  test("sends the changes since a number, and then each change that any process commits", async ({
    createDocument,
    createNode,
    createWindow,
    owner,
    app,
    checkRead,
    editor,
  }) => {
    const id = await createDocument();
    const node = createNode();
    const window = await createWindow(node, owner, id);
    const first = await window.type((text) => text.insert(0, "a"));
    const ended = new AbortController();
    const changes = streamChanges(
      { ...app.services, documents: node.store },
      await checkRead(editor, id),
      { after: first - 1 },
      ended.signal,
    );
    expect((await changes.next()).value).toMatchObject({ type: "update", seq: first, authorId: owner.id });
    const next = changes.next();
    const second = await (await createWindow(createNode(), editor, id)).type((text) => text.insert(0, "b"));
    expect((await next).value).toMatchObject({ type: "update", seq: second, authorId: editor.id });
    ended.abort();
    expect((await changes.next()).done).toBe(true);
  });

  test("starts with the updates that a state vector lacks", async ({
    createDocument,
    createNode,
    createWindow,
    owner,
    app,
    checkRead,
    editor,
  }) => {
    const id = await createDocument("known ");
    const node = createNode();
    const window = await createWindow(node, owner, id);
    const known = Y.encodeStateVector(window.doc);
    const copy = createYDoc([Y.encodeStateAsUpdate(window.doc)]);
    const seq = await window.type((text) => text.insert(6, "and new"));
    const services = { ...app.services, documents: node.store };
    const changes = streamChanges(
      services,
      await checkRead(editor, id),
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

  test("requires a resync when the requested log entries were folded", async ({
    createDocument,
    createNode,
    createWindow,
    owner,
    app,
    checkRead,
    editor,
  }) => {
    const id = await createDocument();
    const node = createNode();
    const window = await createWindow(node, owner, id);
    await window.type((text) => text.insert(0, "x"));
    const stalled = streamChanges(
      { ...app.services, documents: node.store },
      await checkRead(editor, id),
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
    const stale = streamChanges(
      services,
      await checkRead(editor, id),
      { after: 3 },
      new AbortController().signal,
    );
    await expect(stale.next()).rejects.toMatchObject({ reason: "RESYNC_REQUIRED" });
    const future = streamChanges(
      services,
      await checkRead(editor, id),
      { after: 9_999_999 },
      new AbortController().signal,
    );
    await expect(future.next()).rejects.toMatchObject({ reason: "RESYNC_REQUIRED" });
  });
});
