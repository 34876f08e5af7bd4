import { createId } from "@mdreader/db";
import { describe, expect } from "vitest";

import { createTestEditor, catchReason } from "../../testing/index.ts";
import { comments, positionIn, test } from "./comment.fixture.ts";

describe("a commenter", () => {
  test("changes, resolves and reopens only what they wrote themselves", async ({
    commenter,
    quoting,
    editor,
    documentId,
    threads,
  }) => {
    const mine = await comments(commenter).create(quoting("quick brown"));
    const theirs = await comments(editor).create(quoting("sleeps"));
    await comments(commenter).create({ documentId, threadId: theirs.threadId, body: "So it seems." });
    await comments(commenter).update({ documentId, id: mine.id, body: "Is it?" });
    const about = ({ threadId }: { threadId: string }) => ({ documentId, threadId });
    await comments(commenter).resolve(about(mine));
    expect(await threads("resolved")).toMatchObject([
      { id: mine.threadId, resolvedBy: { id: commenter.id } },
    ]);
    await comments(editor).resolve(about(theirs));
    const refused = [
      () => comments(commenter).resolve(about(theirs)),
      () => comments(commenter).reopen(about(theirs)),
      () => comments(commenter).delete({ documentId, id: theirs.id }),
    ];
    for (const call of refused) expect(await catchReason(call())).toBe("ROLE_TOO_LOW");
    expect(await catchReason(comments(commenter).resolve({ documentId, threadId: createId() }))).toBe(
      "NOT_FOUND",
    );
    await comments(commenter).reopen(about(mine));
    await comments(commenter).delete({ documentId, id: mine.id });
    expect((await threads()).map(({ id }) => id)).toEqual([theirs.threadId]);
  });

  test("leaves threads whose first comment was deleted to editors", async ({
    commenter,
    quoting,
    editor,
    documentId,
  }) => {
    const { id, threadId } = await comments(commenter).create(quoting("quick brown"));
    await comments(editor).create({ documentId, threadId, body: "Yes." });
    await comments(commenter).delete({ documentId, id });
    expect(await catchReason(comments(commenter).resolve({ documentId, threadId }))).toBe("ROLE_TOO_LOW");
    await comments(editor).resolve({ documentId, threadId });
  });

  test("never writes to the text, its time, its editor or its history", async ({
    commenter,
    documentId,
    admin,
    threads,
    app,
  }) => {
    const readText = async () => {
      const { content, updatedAt, updatedBy } = await commenter.client.document.get({ id: documentId });
      const { items } = await commenter.client.document.version.list({ id: documentId });
      return { content, updatedAt, updatedBy, items };
    };
    const before = await readText();
    const window = await createTestEditor(admin, documentId);
    const live = { start: positionIn(window.doc, 12), end: positionIn(window.doc, 23, -1) };
    for (const anchor of [live, { quote: "sleeps" }, { line: 1 }, { from: 2, to: 6 }])
      await comments(commenter).create({ documentId, body: "Look.", anchor });
    for (const { id } of await threads()) {
      await comments(commenter).resolve({ documentId, threadId: id });
      await comments(commenter).update({ documentId, id, body: "Seen." });
      await comments(commenter).delete({ documentId, id });
    }
    expect(await readText()).toEqual(before);
    const kinds = await app.services.database.sql`
      select distinct kind, update is null as empty from document_log
      where document_id = ${documentId} and author_id = ${commenter.id}`;
    expect(kinds).toEqual([{ kind: "comment", empty: true }]);
  });
});
