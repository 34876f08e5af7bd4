import { can } from "@mdreader/contract";

import { aDocument } from "../documents.ts";
import type { Rows } from "./rows.ts";
import type { Try, World } from "./world.ts";

/** A comment in a document, by who tries, if they may write one. */
async function aComment(world: World, who: Try): Promise<{ documentId: string; id: string }> {
  const documentId = await aDocument(world, { content: "Some text.\n" });
  const isWriter = who !== "nobody" && who !== "outsider" && who !== "removed" && can(who, "comment.create");
  const author = world.people[isWriter ? who : "owner"];
  const { id } = await author.client.document.comment.create({ documentId, body: "What about this?" });
  return { documentId, id };
}

/** A thread has the id of its first comment. */
async function aThread(world: World, who: Try): Promise<{ documentId: string; threadId: string }> {
  const { documentId, id } = await aComment(world, who);
  return { documentId, threadId: id };
}

export const commentRows: Rows = {
  "document.comment.list": async (world) => ({ documentId: await aDocument(world) }),
  "document.comment.thread": aThread,
  "document.comment.create": async (world) => ({
    documentId: await aDocument(world, { content: "Some text.\n" }),
    anchor: { version: 1, quote: "text" },
    body: "What about this?",
  }),
  "document.comment.update": async (world, who) => ({ ...(await aComment(world, who)), body: "And this?" }),
  "document.comment.delete": aComment,
  "document.comment.resolve": aThread,
  "document.comment.reopen": aThread,
};
