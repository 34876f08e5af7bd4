import { getText } from "@mdreader/collab";
import type { DocumentChange } from "@mdreader/contract";
import { isTrackedEnvelope } from "@trpc/server";
import { describe, expect } from "vitest";
import * as Y from "yjs";

import { createTestEditor, catchReason } from "../../testing/index.ts";
import { foldLog } from "../collab/maintenance/fold-log.ts";
import { comments, positionIn, test as base, text } from "./comment.fixture.ts";

const test = base
  /** Appends enough log entries for the document to be folded. */
  .extend("lengthenLog", ({ app, documentId }) => async (): Promise<void> => {
    await app.services.database.sql`
    with longer as (
      update documents set version = version + 600, content_version = content_version + 600
      where id = ${documentId} returning id, workspace_id, version - 600 as version
    )
    insert into document_log (document_id, workspace_id, seq, kind, meta)
    select id, workspace_id, version + n, 'meta', '{"title":"Plan","folderId":null,"deleted":false}'
    from longer, generate_series(1, 600) n`;
  });

describe("a thread", () => {
  test("lists its replies in order, page by page", async ({ editor, documentId, admin, threads, viewer }) => {
    const { threadId } = await comments(editor).create({ documentId, body: "0" });
    for (let n = 1; n <= 12; n += 1) await comments(admin).create({ documentId, threadId, body: String(n) });
    const [thread] = await threads();
    expect(thread?.commentCount).toBe(13);
    expect(thread?.comments.items).toHaveLength(10);
    const rest = await comments(viewer).thread({ documentId, threadId, cursor: thread?.comments.nextCursor });
    expect(rest).toMatchObject({ items: [{ body: "10" }, { body: "11" }, { body: "12" }], nextCursor: null });
  });

  test("outlives its first comment, and is deleted with its last", async ({
    editor,
    quoting,
    admin,
    documentId,
    threads,
  }) => {
    const { id, threadId } = await comments(editor).create(quoting("fox"));
    const reply = await comments(admin).create({ documentId, threadId, body: "reply" });
    await comments(editor).delete({ documentId, id });
    expect(await threads()).toMatchObject([{ id: threadId, comments: { items: [{ id: reply.id }] } }]);
    await comments(admin).delete({ documentId, id: reply.id });
    expect(await threads()).toEqual([]);
    expect(await catchReason(comments(admin).create({ documentId, threadId, body: "late" }))).toBe(
      "NOT_FOUND",
    );
  });

  test("is resolved and reopened, once each", async ({ editor, documentId, admin, threads }) => {
    const { threadId } = await comments(editor).create({ documentId, body: "done?" });
    await comments(admin).resolve({ documentId, threadId });
    const { version } = await admin.client.document.get({ id: documentId });
    await comments(editor).resolve({ documentId, threadId });
    expect(await admin.client.document.get({ id: documentId })).toMatchObject({ version });
    expect(await threads("open")).toEqual([]);
    expect(await threads("resolved")).toMatchObject([{ id: threadId, resolvedBy: { id: admin.id } }]);
    await comments(editor).reopen({ documentId, threadId });
    expect(await threads("open")).toMatchObject([{ id: threadId, resolvedAt: null, resolvedBy: null }]);
  });

  test("is listed page by page among many", async ({ editor, documentId, viewer }) => {
    for (let n = 0; n < 5; n += 1) await comments(editor).create({ documentId, body: String(n) });
    const bodies: (string | undefined)[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<ReturnType<typeof comments>["list"]>> = await comments(viewer).list({
        documentId,
        limit: 2,
        cursor,
      });
      bodies.push(...page.items.map((thread) => thread.comments.items[0]?.body));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(bodies).toEqual(["0", "1", "2", "3", "4"]);
  });
});

describe("the passage of a thread", () => {
  test("is tracked through live edits and log folding", async ({
    admin,
    documentId,
    readPassage,
    lengthenLog,
    app,
  }) => {
    const window = await createTestEditor(admin, documentId);
    const start = positionIn(window.doc, 12);
    const end = positionIn(window.doc, 23, -1);
    await comments(admin).create({ documentId, body: "these", anchor: { start, end } });
    await window.type((live) => live.insert(0, "Look.\n\n"));
    await window.type((live) => live.insert(24, " and dark"));
    expect(await readPassage()).toBe("quick and dark brown");
    await lengthenLog();
    expect(await foldLog(app.services.database.sql, app.services.documents, documentId)).toBe(true);
    expect(await readPassage()).toBe("quick and dark brown");
  });

  test("may be selected backwards", async ({ admin, documentId, readPassage }) => {
    const window = await createTestEditor(admin, documentId);
    const anchor = { start: positionIn(window.doc, 23), end: positionIn(window.doc, 12) };
    await comments(admin).create({ documentId, body: "these", anchor });
    expect(await readPassage()).toBe("quick brown");
  });

  test("is reported as removed with its quote, and reappears when a version is restored", async ({
    editor,
    quoting,
    save,
    readPassage,
    threads,
    admin,
    documentId,
  }) => {
    await comments(editor).create(quoting("quick brown"));
    await save("# Plan\n\nAnd sleeps.\n");
    expect(await readPassage()).toBeNull();
    expect((await threads())[0]?.anchor).toMatchObject({ quote: "quick brown", range: null });
    await save(text);
    expect(await readPassage()).toBe("quick brown");
    const anchor = (await threads())[0]?.anchor;
    const window = await createTestEditor(admin, documentId);
    const place = (position: object) =>
      Y.createAbsolutePositionFromRelativePosition(Y.createRelativePositionFromJSON(position), window.doc);
    expect([place(anchor?.start ?? {})?.index, place(anchor?.end ?? {})?.index]).toEqual([12, 23]);
  });
});

describe("subscribers of a document", () => {
  test("receive comment events in order among the edits, even after an absence", async ({
    app,
    viewer,
    editor,
    documentId,
    save,
    admin,
  }) => {
    const ended = new AbortController();
    const follower = app.as(viewer.credential, {}, ended.signal);
    const { id, threadId } = await comments(editor).create({ documentId, body: "one" });
    await save(`${text}More.\n`);
    await comments(editor).update({ documentId, id, body: "two" });
    await comments(admin).resolve({ documentId, threadId });
    await comments(admin).reopen({ documentId, threadId });
    await comments(editor).delete({ documentId, id });
    const received: DocumentChange[] = [];
    for await (const event of await follower.document.changes({ id: documentId, after: 1 })) {
      if (!isTrackedEnvelope<DocumentChange>(event)) throw new Error("the event has no number");
      received.push(event[1]);
      if (received.length === 6) break;
    }
    ended.abort();
    const events = received.map((change) => (change.type === "comment" ? change.event : change.type));
    expect(events).toEqual(["created", "update", "updated", "resolved", "reopened", "deleted"]);
    expect(received[0]).toEqual({
      type: "comment",
      seq: 2,
      event: "created",
      threadId,
      commentId: id,
      authorId: editor.id,
    });
  });

  test("see no edit in a comment: text, time and last editor stay unchanged", async ({
    admin,
    documentId,
    editor,
  }) => {
    const before = await admin.client.document.get({ id: documentId });
    await comments(editor).create({ documentId, body: "one" });
    const after = await admin.client.document.get({ id: documentId });
    expect(after).toEqual({ ...before, version: before.version + 1 });
  });

  test("receive every edit while others comment", async ({ admin, documentId, editor, threads }) => {
    const window = await createTestEditor(admin, documentId);
    const typing = async () => {
      for (let n = 0; n < 20; n += 1) await window.type((live) => live.insert(0, `${n};`));
    };
    const commenting = Array.from({ length: 20 }, (_, n) =>
      comments(editor).create({ documentId, body: String(n) }),
    );
    await Promise.all([typing(), ...commenting]);
    const { content, version } = await admin.client.document.get({ id: documentId });
    expect(content).toBe(getText(window.doc).toJSON());
    expect(version).toBe(41);
    expect(await threads()).toHaveLength(20);
  });
});
