import type { RouterOutputs } from "@mdreader/client";
import { z } from "zod";

import type { McpContext } from "./context.ts";
import { cursorField, idField, idempotencyKeyField, nextCursorField } from "./fields.ts";
import { addTool, withKey } from "./tool.ts";

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
export function addCommentingTools(context: McpContext): void {
  const { client } = context;
  addTool(
    context,
    "list_comments",
    {
      title: "List comments",
      description:
        "Lists the comment threads of a document, oldest first, each with the passage that it refers to.",
      input: {
        documentId: idField,
        state: z.enum(["open", "resolved"]).optional().describe("Default: all threads"),
        cursor: cursorField,
      },
      output: z.object({ items: z.array(thread), nextCursor: nextCursorField }),
      effect: "reads",
    },
    async ({ cursor: page, ...input }, call) => {
      const list = await client.document.comment.list.query({ ...input, cursor: page }, call);
      return { items: list.items.map(toThreadOutput), nextCursor: list.nextCursor };
    },
  );

  addTool(
    context,
    "add_comment",
    {
      title: "Add a comment",
      description:
        "Starts a thread on a passage or on the whole document, or replies to the thread threadId. @username mentions a member.",
      input: {
        documentId: idField,
        body: z.string().min(1),
        quote: z.string().optional().describe("The passage to comment on, exactly as in the document"),
        threadId: idField.optional().describe("The thread to reply to; omit quote"),
        idempotencyKey: idempotencyKeyField,
      },
      output: z.object({ threadId: z.string(), commentId: z.string() }),
      effect: "changes",
    },
    async ({ quote, idempotencyKey: key, ...input }, call) => {
      const created = await client.document.comment.create.mutate(
        { ...input, ...(quote !== undefined && { anchor: { quote } }) },
        withKey(call, key),
      );
      return { threadId: created.threadId, commentId: created.id };
    },
  );

  addTool(
    context,
    "resolve_comment",
    {
      title: "Resolve a thread",
      description: "Marks a comment thread as resolved.",
      input: { documentId: idField, threadId: idField },
      output: z.object({ threadId: z.string(), resolved: z.boolean() }),
      effect: "changes",
      isIdempotent: true,
    },
    async ({ documentId, threadId }, call) => {
      await client.document.comment.resolve.mutate({ documentId, threadId }, call);
      return { threadId, resolved: true };
    },
  );
}
