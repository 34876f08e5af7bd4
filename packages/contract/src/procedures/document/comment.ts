import type { ProcedureNotes } from "../notes.ts";

export const commentProcedures = {
  "document.comment.list": {
    summary: "List the comment threads of a document",
    description:
      "In the order in which they were started, each with its first ten comments and the current place of its " +
      "passage.",
    errors: ["DOCUMENT_DAMAGED"],
  },
  "document.comment.thread": {
    summary: "List the comments of a thread, oldest first",
    description: "Continues the page that `document.comment.list` returns with each thread.",
  },
  "document.comment.create": {
    summary: "Create a comment or a reply",
    description:
      "At most 1,000 threads per document, 500 comments per thread, 50 mentions per comment, and 100 comments with " +
      "mentions per person in ten minutes.",
    errors: ["ANCHOR_NOT_FOUND", "LIMIT_REACHED", "VERSION_CONFLICT", "DOCUMENT_DAMAGED"],
  },
  "document.comment.update": {
    summary: "Edit your own comment",
    description: "At most 50 mentions per comment.",
    errors: ["NOT_AUTHOR", "LIMIT_REACHED"],
  },
  "document.comment.delete": {
    summary: "Delete a comment",
    description:
      "Authors may delete their own, and admins those of others. A thread is deleted with its last comment.",
  },
  "document.comment.resolve": {
    summary: "Resolve a thread",
    description:
      "It remains readable, and can be reopened. If it is already resolved, nothing changes. Commenters may resolve only threads that they started.",
  },
  "document.comment.reopen": {
    summary: "Reopen a thread",
    description:
      "If it is already open, nothing changes. Commenters may reopen only threads that they started.",
  },
} as const satisfies Record<string, ProcedureNotes>;
