import { describe, expect } from "vitest";

import { type TestActor, insertWorkspace, catchReason } from "../../testing/index.ts";
import { comments, test, text } from "./comment.fixture.ts";

describe("a comment", () => {
  test("is readable by viewers, with its author and its passage", async ({ editor, quoting, threads }) => {
    const { id, threadId } = await comments(editor).create(quoting("quick brown"));
    const [thread] = await threads();
    expect(thread).toMatchObject({
      id: threadId,
      anchor: { quote: "quick brown", range: { from: 12, to: 23, line: 3, version: 2 } },
      resolvedAt: null,
      commentCount: 1,
      comments: { items: [{ id, body: "Is that so?", author: { id: editor.id }, editedAt: null }] },
    });
  });

  test("may refer to a line, to offsets, or to the whole document", async ({
    editor,
    documentId,
    threads,
  }) => {
    await comments(editor).create({ documentId, body: "line", anchor: { line: 4 } });
    await comments(editor).create({ documentId, body: "offsets", anchor: { from: 2, to: 6, version: 1 } });
    await comments(editor).create({ documentId, body: "all" });
    expect((await threads()).map(({ anchor }) => anchor?.quote)).toEqual(["And sleeps.", "Plan", undefined]);
  });

  test("may refer to a passage of an older version that others have moved since", async ({
    save,
    editor,
    quoting,
    readPassage,
  }) => {
    await save(`New beginning.\n\n${text.replace("jumps", "leaps")}`);
    await comments(editor).create({ ...quoting("brown fox"), anchor: { version: 1, quote: "brown fox" } });
    expect(await readPassage()).toBe("brown fox");
  });

  test.for([
    ["a quote that does not occur", { quote: "slow" }],
    ["a quote that occurs only before the line", { quote: "Plan", line: 2 }],
    ["a line that does not exist", { line: 9 }],
    ["an empty line", { line: 2 }],
    ["offsets beyond the end", { from: 0, to: 10_000 }],
    ["characters that do not exist", { start: { item: { client: 1, clock: 0 } }, end: { tname: "content" } }],
    ["an empty position", { start: {}, end: {} }],
  ] as const)(
    "is rejected for %s, without changes",
    async ([, anchor], { editor, documentId, threads, admin }) => {
      expect(await catchReason(comments(editor).create({ documentId, body: "?", anchor }))).toBe(
        "ANCHOR_NOT_FOUND",
      );
      expect(await threads()).toEqual([]);
      expect(await admin.client.document.get({ id: documentId })).toMatchObject({ version: 1 });
    },
  );

  test("is rejected for a passage that was removed since", async ({ save, editor, documentId }) => {
    await save("# Plan\n\nNothing left.\n");
    const anchor = { version: 1, quote: "quick brown" };
    expect(await catchReason(comments(editor).create({ documentId, body: "?", anchor }))).toBe(
      "ANCHOR_NOT_FOUND",
    );
  });

  test("is limited to 10 KiB, and must not be blank", async ({ editor, documentId }) => {
    await comments(editor).create({ documentId, body: "é".repeat(5 * 1024) });
    for (const body of ["é".repeat(5 * 1024 + 1), " \n", "a\0b"]) {
      expect(await catchReason(comments(editor).create({ documentId, body }))).toBe("BAD_INPUT");
    }
  });

  test("can be changed by its author only, not by admins", async ({ editor, documentId, admin }) => {
    const { id } = await comments(editor).create({ documentId, body: "first" });
    expect(await catchReason(comments(admin).update({ documentId, id, body: "mine" }))).toBe("NOT_AUTHOR");
    const changed = await comments(editor).update({ documentId, id, body: "second" });
    expect(changed).toMatchObject({ id, body: "second", editedAt: expect.any(String) });
  });

  test("can be deleted by its author or an admin, but not by other editors", async ({
    admin,
    documentId,
    editor,
    threads,
  }) => {
    const mine = await comments(admin).create({ documentId, body: "Ada's" });
    const theirs = await comments(editor).create({ documentId, body: "Ben's" });
    expect(await catchReason(comments(editor).delete({ documentId, id: mine.id }))).toBe("ROLE_TOO_LOW");
    await comments(admin).delete({ documentId, id: theirs.id });
    await comments(admin).delete({ documentId, id: mine.id });
    expect(await threads()).toEqual([]);
  });

  test("remains without an author when their account is deleted", async ({
    editor,
    documentId,
    app,
    threads,
  }) => {
    await comments(editor).create({ documentId, body: "still here" });
    await app.services.database.sql`delete from users where id = ${editor.id}`;
    expect((await threads())[0]?.comments.items).toMatchObject([{ body: "still here", author: null }]);
  });
});

describe("a document that is deleted or in another workspace", () => {
  test("returns NOT_FOUND for its comments with any combination of IDs", async ({
    editor,
    documentId,
    app,
    outsider,
    threads,
  }) => {
    const { threadId, id } = await comments(editor).create({ documentId, body: "secret" });
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

  test("restores its comments when it is restored", async ({
    editor,
    quoting,
    admin,
    documentId,
    threads,
    readPassage,
  }) => {
    await comments(editor).create(quoting("quick brown"));
    await admin.client.document.delete({ id: documentId });
    expect(await catchReason(threads())).toBe("NOT_FOUND");
    expect(await catchReason(comments(editor).create({ documentId, body: "late" }))).toBe("NOT_FOUND");
    await admin.client.document.restore({ id: documentId });
    expect(await readPassage()).toBe("quick brown");
  });

  test("is not named in the activity for users without access", async ({
    editor,
    documentId,
    workspaceId,
    viewer,
    admin,
  }) => {
    await comments(editor).create({ documentId, body: "one" });
    const find = async (actor: TestActor) =>
      (await actor.client.workspace.activity({ workspaceId })).items.find(
        ({ kind }) => kind === "comment.created",
      );
    expect(await find(viewer)).toMatchObject({ subjectId: documentId, subjectName: "Plan" });
    await admin.client.document.delete({ id: documentId });
    expect(await find(viewer)).toMatchObject({ subjectId: null, subjectName: null });
  });
});
