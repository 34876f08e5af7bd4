import type { Routes } from "../../route.ts";

export const commentRoutes = {
  "document.comment.list": { addresses: ["GET /documents/{documentId}/comments"] },
  "document.comment.thread": { addresses: ["GET /documents/{documentId}/threads/{threadId}"] },
  "document.comment.create": {
    addresses: ["POST /documents/{documentId}/comments"],
    status: 201,
    example: { body: "Who writes them, @grace?", anchor: { quote: "Write the notes" } },
  },
  "document.comment.update": { addresses: ["PATCH /documents/{documentId}/comments/{id}"] },
  "document.comment.delete": { addresses: ["DELETE /documents/{documentId}/comments/{id}"] },
  "document.comment.resolve": { addresses: ["POST /documents/{documentId}/threads/{threadId}/resolve"] },
  "document.comment.reopen": { addresses: ["POST /documents/{documentId}/threads/{threadId}/reopen"] },
} satisfies Partial<Routes>;
