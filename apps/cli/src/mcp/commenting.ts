import type { Client, RouterOutputs } from "@mdreader/client";
import { z } from "zod";

import { addTool, type ToolContext } from "./tool.ts";

const id = z.uuid();

const thread = z.object({
  id: z.string(),
  about: z.string().nullable().describe("The passage that the thread refers to; null for the whole document"),
  line: z.int().nullable().describe("The current line of the passage; null if it was deleted"),
  resolved: z.boolean(),
  comments: z.array(z.object({ author: z.string().nullable(), body: z.string(), createdAt: z.string() })),
});

type Thread = RouterOutputs["document"]["comment"]["list"]["items"][number];

const toThreadOutput = ({ id: threadId, anchor, resolvedAt, comments }: Thread): z.output<typeof thread> => ({
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

/** Adds the tools that list, write and resolve comments. */
export function addCommentingTools(context: ToolContext, client: Client): void {
  addTool(
    context,
    "list_comments",
    {
      title: "List comments",
      description:
        "Lists the comment threads of a document, oldest first, each with the passage that it refers to.",
      input: z.object({
        documentId: id,
        state: z.enum(["open", "resolved"]).optional().describe("Default: all threads"),
        cursor: z.string().optional(),
      }),
      output: z.object({ items: z.array(thread), nextCursor: z.string().nullable() }),
      reads: true,
    },
    async ({ cursor, ...input }) => {
      const { items, nextCursor } = await client.document.comment.list.query({ ...input, cursor });
      return { items: items.map(toThreadOutput), nextCursor };
    },
  );

  addTool(
    context,
    "add_comment",
    {
      title: "Add a comment",
      description:
        "Starts a thread on a passage or on the whole document, or replies to the thread threadId. @username mentions a member.",
      input: z.object({
        documentId: id,
        body: z.string().min(1),
        quote: z.string().optional().describe("The passage to comment on, exactly as in the document"),
        threadId: id.optional().describe("The thread to reply to; omit quote"),
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
    context,
    "resolve_comment",
    {
      title: "Resolve a thread",
      description: "Marks a comment thread as resolved.",
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
