import type { Client, RouterOutputs } from "@mdreader/client";
import { z } from "zod";

import { addTool, type ToolContext } from "./tool.ts";

const id = z.uuid();

const thread = z.object({
  id: z.string(),
  about: z.string().nullable().describe("The words that it is about; null for the document as a whole"),
  line: z.int().nullable().describe("The line where they stand now; null when they are gone"),
  resolved: z.boolean(),
  comments: z.array(z.object({ author: z.string().nullable(), body: z.string(), createdAt: z.string() })),
});

type Thread = RouterOutputs["document"]["comment"]["list"]["items"][number];

const toldOf = ({ id: threadId, anchor, resolvedAt, comments }: Thread): z.output<typeof thread> => ({
  id: threadId,
  about: anchor?.quote ?? null,
  line: anchor?.range?.line ?? null,
  resolved: resolvedAt !== null,
  comments: comments.items.map(({ author, body, createdAt }) => ({
    author: author?.username ?? null,
    body,
    createdAt,
  })),
});

/** Talking about documents. */
export function addCommentingTools(desk: ToolContext, client: Client): void {
  addTool(
    desk,
    "list_comments",
    {
      title: "List comments",
      description:
        "The threads of comments on a document, oldest first, each with the words that it is about.",
      input: z.object({
        documentId: id,
        state: z.enum(["open", "resolved"]).optional().describe("Without it, all"),
        cursor: z.string().optional(),
      }),
      output: z.object({ items: z.array(thread), nextCursor: z.string().nullable() }),
      reads: true,
    },
    async ({ cursor, ...input }) => {
      const { items, nextCursor } = await client.document.comment.list.query({ ...input, cursor });
      return { items: items.map(toldOf), nextCursor };
    },
  );

  addTool(
    desk,
    "add_comment",
    {
      title: "Comment",
      description:
        "Begins a thread about words of a document, or about all of it; with threadId, replies in one. @username mentions a member.",
      input: z.object({
        documentId: id,
        body: z.string().min(1),
        quote: z.string().optional().describe("The words that it is about, as they stand in the document"),
        threadId: id.optional().describe("The thread to reply in; then without quote"),
      }),
      output: z.object({ threadId: z.string(), commentId: z.string() }),
      reads: false,
    },
    async ({ quote, ...input }) => {
      const made = await client.document.comment.create.mutate({
        ...input,
        ...(quote !== undefined && { anchor: { quote } }),
      });
      return { threadId: made.threadId, commentId: made.id };
    },
  );

  addTool(
    desk,
    "resolve_comment",
    {
      title: "Resolve a thread",
      description: "Marks a thread of comments as done.",
      input: z.object({ documentId: id, threadId: id }),
      output: z.object({ threadId: z.string(), resolved: z.boolean() }),
      reads: false,
    },
    async ({ documentId, threadId }) => {
      await client.document.comment.resolve.mutate({ documentId, threadId });
      return { threadId, resolved: true };
    },
  );
}
