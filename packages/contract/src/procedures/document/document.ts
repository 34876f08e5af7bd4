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
      "`content` needs `baseVersion`, the version that was edited: the difference is merged into the current text, " +
      "so that edits of others are kept, and the response contains the result. With `overwrite: true` instead, " +
      "`content` replaces the current text, which stays in the history. Title and language don't need a base version.",
    errors: ["BASE_VERSION_REQUIRED", "VERSION_CONFLICT", "DOCUMENT_TOO_LARGE", "DOCUMENT_DAMAGED"],
  },
  "document.move": {
    summary: "Move a document to another folder",
    description:
      "Its attachments move with it. To update links to it, call `document.updateMovedLinks`. With `beforeId` or " +
      "`afterId`, it is placed among the documents there. If its own folder is the target, only the order changes. " +
      "The order is the same for all members, and covers the first 10,000 documents of a folder.",
    errors: ["VERSION_CONFLICT", "LIMIT_REACHED"],
  },
  "document.duplicate": {
    summary: "Copy a document",
    description: "Copies its text and attachments, but not its history, comments and shares.",
    errors: ["DOCUMENT_DAMAGED"],
  },
  "document.delete": {
    summary: "Move a document to the trash",
    description:
      "Its attachments move with it, and its streams end. It can be restored until the trash's retention ends.",
    errors: ["VERSION_CONFLICT"],
  },
  "document.trash": {
    summary: "List the trash",
    description:
      "Newest first. Items that were deleted with a folder or document aren't listed, because they are restored with " +
      "it.",
  },
  "document.restore": {
    summary: "Restore a document from the trash",
    description:
      "Restores it to its folder, or to the top level if the folder is gone, with the attachments that were deleted " +
      "with it.",
  },
  "document.purge": {
    summary: "Permanently delete a document in the trash",
    description: "Also deletes its history, comments, shares and attachments. This can't be undone.",
  },
} as const satisfies Record<string, ProcedureNotes>;
