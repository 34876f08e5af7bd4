import type { Routes } from "../../route.ts";

export const commentRoutes = {
  "document.comment.list": {
    addresses: ["GET /documents/{documentId}/comments"],
    summary: "List the comment threads of a document",
  },
  "document.comment.thread": {
    addresses: ["GET /documents/{documentId}/threads/{threadId}"],
    summary: "List the comments of a thread, oldest first",
  },
  "document.comment.create": {
    addresses: ["POST /documents/{documentId}/comments"],
    summary: "Create a comment or a reply",
    description:
      "With `threadId`, the comment is a reply. Otherwise it starts a thread on the text of `anchor`, or on the whole document.",
    status: 201,
    example: { body: "Who writes them, @grace?", anchor: { quote: "Write the notes" } },
    errors: ["ANCHOR_NOT_FOUND", "LIMIT_REACHED", "RATE_LIMITED"],
  },
  "document.comment.update": {
    addresses: ["PATCH /documents/{documentId}/comments/{id}"],
    summary: "Edit your own comment",
    errors: ["NOT_AUTHOR"],
  },
  "document.comment.delete": {
    addresses: ["DELETE /documents/{documentId}/comments/{id}"],
    summary: "Delete a comment",
    errors: ["NOT_AUTHOR"],
  },
  "document.comment.resolve": {
    addresses: ["POST /documents/{documentId}/threads/{threadId}/resolve"],
    summary: "Resolve a thread",
  },
  "document.comment.reopen": {
    addresses: ["POST /documents/{documentId}/threads/{threadId}/reopen"],
    summary: "Reopen a thread",
  },
} satisfies Partial<Routes>;
