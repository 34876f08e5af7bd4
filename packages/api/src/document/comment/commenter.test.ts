import { getText } from "@mdreader/collab";
import { createId } from "@mdreader/db";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as Y from "yjs";

import {
  type TestActor,
  addMember,
  insertUser,
  createTestEditor,
  insertWorkspace,
  createTestApp,
  catchReason,
  type TestApp,
} from "../../testing/index.ts";

let app: TestApp;
let ada: TestActor;
let ben: TestActor;
let cleo: TestActor;
let documentId: string;

beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app[Symbol.asyncDispose]());
beforeEach(async () => {
  [ada, ben, cleo] = await Promise.all([insertUser(app), insertUser(app), insertUser(app)]);
  const { id: workspaceId } = await insertWorkspace(app, { admin: ada, editor: ben });
  await addMember(app, workspaceId, cleo, "commenter");
  const content = "# Plan\n\nThe quick brown fox jumps.\nAnd sleeps.\n";
  documentId = (await ada.client.document.create({ workspaceId, title: "Plan", content })).id;
});

const comments = (who: TestActor) => who.client.document.comment;
const quoting = (quote: string) => ({ documentId, body: "Is that so?", anchor: { quote } });
const threads = async (state?: "open" | "resolved") =>
  (await comments(ben).list({ documentId, ...(state && { state }) })).items;

const positionIn = (doc: Y.Doc, index: number, assoc = 0) =>
  Y.relativePositionToJSON(Y.createRelativePositionFromTypeIndex(getText(doc), index, assoc)) as object;

describe("a commenter", () => {
  it("changes, resolves and reopens only what they wrote themselves", async () => {
    const mine = await comments(cleo).create(quoting("quick brown"));
    const theirs = await comments(ben).create(quoting("sleeps"));
    await comments(cleo).create({ documentId, threadId: theirs.threadId, body: "So it seems." });
    await comments(cleo).update({ documentId, id: mine.id, body: "Is it?" });
    const about = ({ threadId }: { threadId: string }) => ({ documentId, threadId });
    await comments(cleo).resolve(about(mine));
    expect(await threads("resolved")).toMatchObject([{ id: mine.threadId, resolvedBy: { id: cleo.id } }]);
    await comments(ben).resolve(about(theirs));
    const refused = [
      () => comments(cleo).resolve(about(theirs)),
      () => comments(cleo).reopen(about(theirs)),
      () => comments(cleo).delete({ documentId, id: theirs.id }),
    ];
    for (const call of refused) expect(await catchReason(call())).toBe("ROLE_TOO_LOW");
    expect(await catchReason(comments(cleo).resolve({ documentId, threadId: createId() }))).toBe("NOT_FOUND");
    await comments(cleo).reopen(about(mine));
    await comments(cleo).delete({ documentId, id: mine.id });
    expect((await threads()).map(({ id }) => id)).toEqual([theirs.threadId]);
  });

  it("leaves threads whose first comment was deleted to editors", async () => {
    const { id, threadId } = await comments(cleo).create(quoting("quick brown"));
    await comments(ben).create({ documentId, threadId, body: "Yes." });
    await comments(cleo).delete({ documentId, id });
    expect(await catchReason(comments(cleo).resolve({ documentId, threadId }))).toBe("ROLE_TOO_LOW");
    await comments(ben).resolve({ documentId, threadId });
  });

  it("never writes to the text, its time, its editor or its history", async () => {
    const readText = async () => {
      const { content, updatedAt, updatedBy } = await cleo.client.document.get({ id: documentId });
      const { items } = await cleo.client.document.version.list({ id: documentId });
      return { content, updatedAt, updatedBy, items };
    };
    const before = await readText();
    const window = await createTestEditor(ada, documentId);
    const live = { start: positionIn(window.doc, 12), end: positionIn(window.doc, 23, -1) };
    for (const anchor of [live, { quote: "sleeps" }, { line: 1 }, { from: 2, to: 6 }])
      await comments(cleo).create({ documentId, body: "Look.", anchor });
    for (const { id } of await threads()) {
      await comments(cleo).resolve({ documentId, threadId: id });
      await comments(cleo).update({ documentId, id, body: "Seen." });
      await comments(cleo).delete({ documentId, id });
    }
    expect(await readText()).toEqual(before);
    const kinds = await app.services.database.sql`
      select distinct kind, update is null as empty from document_log
      where document_id = ${documentId} and author_id = ${cleo.id}`;
    expect(kinds).toEqual([{ kind: "comment", empty: true }]);
  });
});
