import { getText } from "@mdreader/collab";
import type { DocumentChange } from "@mdreader/contract";
import { createId } from "@mdreader/db";
import { isTrackedEnvelope } from "@trpc/server";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as Y from "yjs";

import {
  createTestLimiter,
  type TestActor,
  addMember,
  insertUser,
  createTestEditor,
  insertWorkspace,
  createTestApp,
  catchReason,
  type TestApp,
} from "../../testing/index.ts";
import { foldLog } from "../collab/maintenance/fold-log.ts";

let app: TestApp;
let ada: TestActor;
let ben: TestActor;
let viewer: TestActor;
let outsider: TestActor;
let workspaceId: string;
let documentId: string;

const text = "# Plan\n\nThe quick brown fox jumps.\nAnd sleeps.\n";

beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app[Symbol.asyncDispose]());
beforeEach(async () => {
  [ada, ben, viewer, outsider] = await Promise.all([
    insertUser(app, { username: `Ada ${createId()}` }),
    insertUser(app),
    insertUser(app),
    insertUser(app),
  ]);
  workspaceId = (await insertWorkspace(app, { admin: ada, editor: ben, viewer })).id;
  documentId = (await ada.client.document.create({ workspaceId, title: "Plan", content: text })).id;
});

const comments = (who: TestActor) => who.client.document.comment;
const quoting = (quote: string) => ({ documentId, body: "Is that so?", anchor: { quote } });
const threads = async (state?: "open" | "resolved") =>
  (await comments(viewer).list({ documentId, ...(state && { state }) })).items;
const save = (content: string) => ben.client.document.update({ id: documentId, content, overwrite: true });

/** The current passage of the first thread; null if it was removed. */
async function readPassage(): Promise<string | null> {
  const [thread] = await threads();
  const { content, version } = await ada.client.document.get({ id: documentId });
  const range = thread?.anchor?.range ?? null;
  if (range === null) return null;
  expect(range.version).toBe(version);
  return content.slice(range.from, range.to);
}

/** Appends enough log entries for the document to be folded. */
async function lengthenLog(): Promise<void> {
  await app.services.database.sql`
    with longer as (
      update documents set version = version + 600, content_version = content_version + 600
      where id = ${documentId} returning id, workspace_id, version - 600 as version
    )
    insert into document_log (document_id, workspace_id, seq, kind, meta)
    select id, workspace_id, version + n, 'meta', '{"title":"Plan","folderId":null,"deleted":false}'
    from longer, generate_series(1, 600) n`;
}

const positionIn = (doc: Y.Doc, index: number, assoc = 0) =>
  Y.relativePositionToJSON(Y.createRelativePositionFromTypeIndex(getText(doc), index, assoc)) as object;

describe("a comment", () => {
  it("is readable by viewers, with its author and its passage", async () => {
    const { id, threadId } = await comments(ben).create(quoting("quick brown"));
    const [thread] = await threads();
    expect(thread).toMatchObject({
      id: threadId,
      anchor: { quote: "quick brown", range: { from: 12, to: 23, line: 3, version: 2 } },
      resolvedAt: null,
      commentCount: 1,
      comments: { items: [{ id, body: "Is that so?", author: { id: ben.id }, editedAt: null }] },
    });
  });

  it("may refer to a line, to offsets, or to the whole document", async () => {
    await comments(ben).create({ documentId, body: "line", anchor: { line: 4 } });
    await comments(ben).create({ documentId, body: "offsets", anchor: { from: 2, to: 6, version: 1 } });
    await comments(ben).create({ documentId, body: "all" });
    expect((await threads()).map(({ anchor }) => anchor?.quote)).toEqual(["And sleeps.", "Plan", undefined]);
  });

  it("may refer to a passage of an older version that others have moved since", async () => {
    await save(`New beginning.\n\n${text.replace("jumps", "leaps")}`);
    await comments(ben).create({ ...quoting("brown fox"), anchor: { version: 1, quote: "brown fox" } });
    expect(await readPassage()).toBe("brown fox");
  });

  it.each([
    ["a quote that does not occur", { quote: "slow" }],
    ["a quote that occurs only before the line", { quote: "Plan", line: 2 }],
    ["a line that does not exist", { line: 9 }],
    ["an empty line", { line: 2 }],
    ["offsets beyond the end", { from: 0, to: 10_000 }],
    ["characters that do not exist", { start: { item: { client: 1, clock: 0 } }, end: { tname: "content" } }],
    ["an empty position", { start: {}, end: {} }],
  ] as const)("is rejected for %s, without changes", async (_, anchor) => {
    expect(await catchReason(comments(ben).create({ documentId, body: "?", anchor }))).toBe(
      "ANCHOR_NOT_FOUND",
    );
    expect(await threads()).toEqual([]);
    expect(await ada.client.document.get({ id: documentId })).toMatchObject({ version: 1 });
  });

  it("is rejected for a passage that was removed since", async () => {
    await save("# Plan\n\nNothing left.\n");
    const anchor = { version: 1, quote: "quick brown" };
    expect(await catchReason(comments(ben).create({ documentId, body: "?", anchor }))).toBe(
      "ANCHOR_NOT_FOUND",
    );
  });

  it("is limited to 10 KiB, and must not be blank", async () => {
    await comments(ben).create({ documentId, body: "é".repeat(5 * 1024) });
    for (const body of ["é".repeat(5 * 1024 + 1), " \n", "a\0b"]) {
      expect(await catchReason(comments(ben).create({ documentId, body }))).toBe("BAD_INPUT");
    }
  });

  it("can be changed by its author only, not by admins", async () => {
    const { id } = await comments(ben).create({ documentId, body: "first" });
    expect(await catchReason(comments(ada).update({ documentId, id, body: "mine" }))).toBe("NOT_AUTHOR");
    const changed = await comments(ben).update({ documentId, id, body: "second" });
    expect(changed).toMatchObject({ id, body: "second", editedAt: expect.any(String) });
  });

  it("can be deleted by its author or an admin, but not by other editors", async () => {
    const mine = await comments(ada).create({ documentId, body: "Ada's" });
    const theirs = await comments(ben).create({ documentId, body: "Ben's" });
    expect(await catchReason(comments(ben).delete({ documentId, id: mine.id }))).toBe("ROLE_TOO_LOW");
    await comments(ada).delete({ documentId, id: theirs.id });
    await comments(ada).delete({ documentId, id: mine.id });
    expect(await threads()).toEqual([]);
  });

  it("remains without an author when their account is deleted", async () => {
    await comments(ben).create({ documentId, body: "still here" });
    await app.services.database.sql`delete from users where id = ${ben.id}`;
    expect((await threads())[0]?.comments.items).toMatchObject([{ body: "still here", author: null }]);
  });
});

describe("a thread", () => {
  it("lists its replies in order, page by page", async () => {
    const { threadId } = await comments(ben).create({ documentId, body: "0" });
    for (let n = 1; n <= 12; n += 1) await comments(ada).create({ documentId, threadId, body: String(n) });
    const [thread] = await threads();
    expect(thread?.commentCount).toBe(13);
    expect(thread?.comments.items).toHaveLength(10);
    const rest = await comments(viewer).thread({ documentId, threadId, cursor: thread?.comments.nextCursor });
    expect(rest).toMatchObject({ items: [{ body: "10" }, { body: "11" }, { body: "12" }], nextCursor: null });
  });

  it("outlives its first comment, and is deleted with its last", async () => {
    const { id, threadId } = await comments(ben).create(quoting("fox"));
    const reply = await comments(ada).create({ documentId, threadId, body: "reply" });
    await comments(ben).delete({ documentId, id });
    expect(await threads()).toMatchObject([{ id: threadId, comments: { items: [{ id: reply.id }] } }]);
    await comments(ada).delete({ documentId, id: reply.id });
    expect(await threads()).toEqual([]);
    expect(await catchReason(comments(ada).create({ documentId, threadId, body: "late" }))).toBe("NOT_FOUND");
  });

  it("is resolved and reopened, once each", async () => {
    const { threadId } = await comments(ben).create({ documentId, body: "done?" });
    await comments(ada).resolve({ documentId, threadId });
    const { version } = await ada.client.document.get({ id: documentId });
    await comments(ben).resolve({ documentId, threadId });
    expect(await ada.client.document.get({ id: documentId })).toMatchObject({ version });
    expect(await threads("open")).toEqual([]);
    expect(await threads("resolved")).toMatchObject([{ id: threadId, resolvedBy: { id: ada.id } }]);
    await comments(ben).reopen({ documentId, threadId });
    expect(await threads("open")).toMatchObject([{ id: threadId, resolvedAt: null, resolvedBy: null }]);
  });

  it("is listed page by page among many", async () => {
    for (let n = 0; n < 5; n += 1) await comments(ben).create({ documentId, body: String(n) });
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
  it("is tracked through live edits and log folding", async () => {
    const window = await createTestEditor(ada, documentId);
    const start = positionIn(window.doc, 12);
    const end = positionIn(window.doc, 23, -1);
    await comments(ada).create({ documentId, body: "these", anchor: { start, end } });
    await window.type((live) => live.insert(0, "Look.\n\n"));
    await window.type((live) => live.insert(24, " and dark"));
    expect(await readPassage()).toBe("quick and dark brown");
    await lengthenLog();
    expect(await foldLog(app.services.database.sql, app.services.documents, documentId)).toBe(true);
    expect(await readPassage()).toBe("quick and dark brown");
  });

  it("may be selected backwards", async () => {
    const window = await createTestEditor(ada, documentId);
    const anchor = { start: positionIn(window.doc, 23), end: positionIn(window.doc, 12) };
    await comments(ada).create({ documentId, body: "these", anchor });
    expect(await readPassage()).toBe("quick brown");
  });

  it("is reported as removed with its quote, and reappears when a version is restored", async () => {
    await comments(ben).create(quoting("quick brown"));
    await save("# Plan\n\nAnd sleeps.\n");
    expect(await readPassage()).toBeNull();
    expect((await threads())[0]?.anchor).toMatchObject({ quote: "quick brown", range: null });
    await save(text);
    expect(await readPassage()).toBe("quick brown");
    const anchor = (await threads())[0]?.anchor;
    const window = await createTestEditor(ada, documentId);
    const place = (position: object) =>
      Y.createAbsolutePositionFromRelativePosition(Y.createRelativePositionFromJSON(position), window.doc);
    expect([place(anchor?.start ?? {})?.index, place(anchor?.end ?? {})?.index]).toEqual([12, 23]);
  });
});

describe("a mention", () => {
  const mails = () =>
    app.services.mailer.mails.flatMap((mail) =>
      mail.kind === "mention" ? [[mail.to, mail.text] as const] : [],
    );
  beforeEach(() => void app.services.mailer.mails.splice(0));

  it("emails the member, ignoring case and allowing spaces in the name, and nobody else", async () => {
    const body = `Hi @${ada.username.toUpperCase()}, and @${viewer.username}. I am @${ben.username}; a@${viewer.username}x`;
    const { mentions } = await comments(ben).create({ documentId, body });
    expect(mentions.map(({ id }) => id).toSorted()).toEqual([ada.id, ben.id, viewer.id].toSorted());
    expect(new Map(mails())).toEqual(
      new Map([
        [ada.email, body],
        [viewer.email, body],
      ]),
    );
  });

  it("of a non-member is plain text, like that of an unknown name", async () => {
    const { id: _, ...foreign } = await comments(ben).create({ documentId, body: `@${outsider.username}` });
    const { id: __, ...made } = await comments(ben).create({ documentId, body: "@user-000000000000" });
    expect(foreign.mentions).toEqual([]);
    expect(made.mentions).toEqual([]);
    expect(Object.keys(foreign)).toEqual(Object.keys(made));
    expect(mails()).toEqual([]);
  });

  it("matches the longest name", async () => {
    const short = await insertUser(app, { username: `eve${createId().slice(-8)}` });
    const long = await insertUser(app, { username: `${short.username} smith` });
    for (const member of [short, long]) await addMember(app, workspaceId, member, "viewer");
    const { mentions } = await comments(ben).create({
      documentId,
      body: `@${long.username}, @${short.username}x`,
    });
    expect(mentions.map(({ id }) => id)).toEqual([long.id]);
  });

  it("matches a name whose accents are separate characters", async () => {
    const accented = await insertUser(app, { username: `Jos\u00e9${createId().slice(-8)}` });
    await addMember(app, workspaceId, accented, "viewer");
    const body = `Hi @${accented.username.normalize("NFD")}!`;
    const { mentions } = await comments(ben).create({ documentId, body });
    expect(mentions.map(({ id }) => id)).toEqual([accented.id]);
  });

  it("sends an email when a change adds it, but not if it was there before", async () => {
    const { id } = await comments(ben).create({ documentId, body: `@${ada.username}` });
    await comments(ben).update({ documentId, id, body: `@${ada.username} @${viewer.username}` });
    expect(mails().map(([to]) => to)).toEqual([ada.email, viewer.email]);
  });

  it("is rate-limited", async () => {
    const limited = createTestLimiter({ mention: 2 });
    const original = app.services.limiter;
    app.services.limiter = limited;
    try {
      const mention = () => comments(ben).create({ documentId, body: `@${ada.username}` });
      await mention();
      await mention();
      expect(await catchReason(mention())).toBe("RATE_LIMITED");
      await comments(ben).create({ documentId, body: "nobody" });
    } finally {
      app.services.limiter = original;
    }
  });
});

describe("subscribers of a document", () => {
  it("receive comment events in order among the edits, even after an absence", async () => {
    const ended = new AbortController();
    const follower = app.as(viewer.credential, {}, ended.signal);
    const { id, threadId } = await comments(ben).create({ documentId, body: "one" });
    await save(`${text}More.\n`);
    await comments(ben).update({ documentId, id, body: "two" });
    await comments(ada).resolve({ documentId, threadId });
    await comments(ada).reopen({ documentId, threadId });
    await comments(ben).delete({ documentId, id });
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
      authorId: ben.id,
    });
  });

  it("see no edit in a comment: text, time and last editor stay unchanged", async () => {
    const before = await ada.client.document.get({ id: documentId });
    await comments(ben).create({ documentId, body: "one" });
    const after = await ada.client.document.get({ id: documentId });
    expect(after).toEqual({ ...before, version: before.version + 1 });
  });

  it("receive every edit while others comment", async () => {
    const window = await createTestEditor(ada, documentId);
    const typing = async () => {
      for (let n = 0; n < 20; n += 1) await window.type((live) => live.insert(0, `${n};`));
    };
    const commenting = Array.from({ length: 20 }, (_, n) =>
      comments(ben).create({ documentId, body: String(n) }),
    );
    await Promise.all([typing(), ...commenting]);
    const { content, version } = await ada.client.document.get({ id: documentId });
    expect(content).toBe(getText(window.doc).toJSON());
    expect(version).toBe(41);
    expect(await threads()).toHaveLength(20);
  });
});

describe("a document that is deleted or in another workspace", () => {
  it("returns NOT_FOUND for its comments with any combination of IDs", async () => {
    const { threadId, id } = await comments(ben).create({ documentId, body: "secret" });
    const own = await insertWorkspace(app, { owner: outsider });
    const mine = await outsider.client.document.create({
      workspaceId: own.id,
      title: "Mine",
      content: "mine",
    });
    const mixed = { documentId: mine.id };
    const calls = [
      () => comments(outsider).thread({ ...mixed, threadId }),
      () => comments(outsider).create({ ...mixed, threadId, body: "reply" }),
      () => comments(outsider).update({ ...mixed, id, body: "changed" }),
      () => comments(outsider).delete({ ...mixed, id }),
      () => comments(outsider).resolve({ ...mixed, threadId }),
      () => comments(outsider).reopen({ ...mixed, threadId }),
    ];
    for (const call of calls) expect(await catchReason(call())).toBe("NOT_FOUND");
    expect(await threads()).toMatchObject([{ commentCount: 1, comments: { items: [{ body: "secret" }] } }]);
    expect(await outsider.client.document.get({ id: mine.id })).toMatchObject({ version: 1 });
  });

  it("restores its comments when it is restored", async () => {
    await comments(ben).create(quoting("quick brown"));
    await ada.client.document.delete({ id: documentId });
    expect(await catchReason(threads())).toBe("NOT_FOUND");
    expect(await catchReason(comments(ben).create({ documentId, body: "late" }))).toBe("NOT_FOUND");
    await ada.client.document.restore({ id: documentId });
    expect(await readPassage()).toBe("quick brown");
  });

  it("is not named in the activity for users without access", async () => {
    await comments(ben).create({ documentId, body: "one" });
    const find = async (actor: TestActor) =>
      (await actor.client.workspace.activity({ workspaceId })).items.find(
        ({ kind }) => kind === "comment.created",
      );
    expect(await find(viewer)).toMatchObject({ subjectId: documentId, subjectName: "Plan" });
    await ada.client.document.delete({ id: documentId });
    expect(await find(viewer)).toMatchObject({ subjectId: null, subjectName: null });
  });
});
