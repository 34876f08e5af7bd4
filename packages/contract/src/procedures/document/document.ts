import type { ProcedureNotes } from "../notes.ts";

export const documentProcedures = {
  "document.create": {
    summary: "Create a document",
    description: "It appears in the tree of its workspace immediately, for everyone.",
  },
  "document.get": {
    summary: "Get a document with its text",
    description: "Includes everything that was acknowledged before the call, on every server.",
    errors: ["DOCUMENT_DAMAGED"],
  },
  "document.list": {
    summary: "List the documents of a workspace or folder",
    description: "Newest first, without their texts.",
  },
  "document.tree": {
    summary: "List the direct children of a folder or of the top level",
    description:
      "Folders come first. Names are in natural order: without regard to case and accents, and `note 2` comes before " +
      "`note 10`. In a folder with `manual` order, the items that were placed come first, in their order, and the others of " +
      "the same kind follow by name.",
  },
  "document.path": {
    summary: "List the folders that contain a document",
    description: "From the top level down.",
  },
  "document.update": {
    summary: "Update the title, text or language",
    description:
      "`content` needs `baseVersion`, the version that was edited: the difference is merged into the current text, so " +
      "that edits of others are kept, and the response contains the result. With `overwrite: true` instead, `content` " +
      "replaces the current text, which stays in the history. Title and language need no base version.",
    errors: ["BASE_VERSION_REQUIRED", "VERSION_CONFLICT", "DOCUMENT_TOO_LARGE", "DOCUMENT_DAMAGED"],
  },
  "document.move": {
    summary: "Move a document to another folder",
    description:
      "Its attachments move with it. Links to it are updated by `document.updateMovedLinks`. With `beforeId` or `afterId`, " +
      "it is placed among the documents there. If its own folder is the target, only the order changes. The order is the same " +
      "for all members, and covers the first 10,000 documents of a folder.",
    errors: ["VERSION_CONFLICT", "LIMIT_REACHED"],
  },
  "document.duplicate": {
    summary: "Copy a document",
    description: "With its text and attachments, but without its history, comments and shares.",
    errors: ["DOCUMENT_DAMAGED"],
  },
  "document.delete": {
    summary: "Move a document to the trash",
    description:
      "With its attachments. Streams about it end. It can be restored until the retention of the trash ends.",
    errors: ["VERSION_CONFLICT"],
  },
  "document.trash": {
    summary: "List the trash",
    description:
      "Newest first: what was deleted by itself. What was deleted with a folder or document is restored with it.",
  },
  "document.restore": {
    summary: "Restore a document from the trash",
    description:
      "To its folder, or to the top level if that is gone. With it come the attachments that were deleted with it.",
  },
  "document.purge": {
    summary: "Permanently delete a document in the trash",
    description: "With its history, comments, shares and attachments. It can't be undone.",
  },
} as const satisfies Record<string, ProcedureNotes>;
