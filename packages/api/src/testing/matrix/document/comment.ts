import { can } from "@mdreader/contract";

import { insertDocument } from "../../documents.ts";
import { hasRole, type MatrixActor, type MatrixFixture } from "../fixture.ts";
import type { Rows } from "../fixture.ts";

/** Creates a comment in a document, written by the actor if they may write one. */
async function createComment(
  fixture: MatrixFixture,
  who: MatrixActor,
): Promise<{ documentId: string; id: string }> {
  const documentId = await insertDocument(fixture, { content: "Some text.\n" });
  const isWriter = hasRole(who) && can(who, "comment.create");
  const author = fixture.people[isWriter ? who : "owner"];
  const { id } = await author.client.document.comment.create({ documentId, body: "What about this?" });
  return { documentId, id };
}

/** Creates a thread, which has the ID of its first comment. */
async function createThread(
  fixture: MatrixFixture,
  who: MatrixActor,
): Promise<{ documentId: string; threadId: string }> {
  const { documentId, id } = await createComment(fixture, who);
  return { documentId, threadId: id };
}

export const commentRows: Rows = {
  "document.comment.list": async (fixture) => ({ documentId: await insertDocument(fixture) }),
  "document.comment.thread": createThread,
  "document.comment.create": async (fixture) => ({
    documentId: await insertDocument(fixture, { content: "Some text.\n" }),
    anchor: { version: 1, quote: "text" },
    body: "What about this?",
  }),
  "document.comment.update": async (fixture, who) => ({
    ...(await createComment(fixture, who)),
    body: "And this?",
  }),
  "document.comment.delete": createComment,
  "document.comment.resolve": createThread,
  "document.comment.reopen": createThread,
};
