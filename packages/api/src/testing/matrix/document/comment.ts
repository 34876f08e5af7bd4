import { can } from "@mdreader/contract";

import { insertDocument } from "../../documents.ts";
import { isMember, type MatrixActor, type MatrixFixture } from "../fixture.ts";
import type { Rows } from "../fixture.ts";

/** Creates a comment in a document, written by the actor if they may write one. */
async function createComment(
  world: MatrixFixture,
  who: MatrixActor,
): Promise<{ documentId: string; id: string }> {
  const documentId = await insertDocument(world, { content: "Some text.\n" });
  const isWriter = isMember(who) && can(who, "comment.create");
  const author = world.people[isWriter ? who : "owner"];
  const { id } = await author.client.document.comment.create({ documentId, body: "What about this?" });
  return { documentId, id };
}

/** Creates a thread, which has the ID of its first comment. */
async function createThread(
  world: MatrixFixture,
  who: MatrixActor,
): Promise<{ documentId: string; threadId: string }> {
  const { documentId, id } = await createComment(world, who);
  return { documentId, threadId: id };
}

export const commentRows: Rows = {
  "document.comment.list": async (world) => ({ documentId: await insertDocument(world) }),
  "document.comment.thread": createThread,
  "document.comment.create": async (world) => ({
    documentId: await insertDocument(world, { content: "Some text.\n" }),
    anchor: { version: 1, quote: "text" },
    body: "What about this?",
  }),
  "document.comment.update": async (world, who) => ({
    ...(await createComment(world, who)),
    body: "And this?",
  }),
  "document.comment.delete": createComment,
  "document.comment.resolve": createThread,
  "document.comment.reopen": createThread,
};
