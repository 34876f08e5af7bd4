import type { Routes } from "../../route.ts";

export const commentRoutes = {
  "document.comment.list": {
    addresses: ["GET /documents/{documentId}/comments"],
    summary: "The threads of comments in a document",
  },
  "document.comment.thread": {
    addresses: ["GET /documents/{documentId}/threads/{threadId}"],
    summary: "The comments of a thread, oldest first",
  },
  "document.comment.create": {
    addresses: ["POST /documents/{documentId}/comments"],
    summary: "Comment, or reply to a comment",
    description:
      "With `threadId` it is a reply. Without, it begins a thread about the words of `anchor`, or about the document as a whole.",
    status: 201,
    example: { body: "Who writes them, @grace?", anchor: { quote: "Write the notes" } },
    errors: ["ANCHOR_NOT_FOUND", "LIMIT_REACHED", "RATE_LIMITED"],
  },
  "document.comment.update": {
    addresses: ["PATCH /documents/{documentId}/comments/{id}"],
    summary: "Change a comment of your own",
    errors: ["NOT_AUTHOR"],
  },
  "document.comment.delete": {
    addresses: ["DELETE /documents/{documentId}/comments/{id}"],
    summary: "Delete a comment",
    errors: ["NOT_AUTHOR"],
  },
  "document.comment.resolve": {
    addresses: ["POST /documents/{documentId}/threads/{threadId}/resolve"],
    summary: "Say that a thread is settled",
  },
  "document.comment.reopen": {
    addresses: ["POST /documents/{documentId}/threads/{threadId}/reopen"],
    summary: "Say that a thread is not settled after all",
  },
} satisfies Partial<Routes>;
