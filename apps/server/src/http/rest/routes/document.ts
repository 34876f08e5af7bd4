import type { Routes } from "../route.ts";

export const documentRoutes = {
  "document.create": {
    at: ["POST /documents", "POST /workspaces/{workspaceId}/documents"],
    summary: "Make a document",
    status: 201,
    fails: ["DOCUMENT_TOO_LARGE", "LIMIT_REACHED"],
  },
  "document.get": { at: ["GET /documents/{id}"], summary: "A document with its text" },
  "document.list": {
    at: ["GET /documents", "GET /workspaces/{workspaceId}/documents"],
    summary: "The documents of a workspace or folder",
    description: "Without `folderId` those of all folders; with an empty one those in none.",
  },
  "document.tree": {
    at: ["GET /workspaces/{workspaceId}/tree"],
    summary: "What lies directly in a folder, or in none",
  },
  "document.update": {
    at: ["PATCH /documents/{id}"],
    summary: "Change title, text or language",
    description:
      "`content` needs `baseVersion`, the version whose text you changed: your change is merged into what the document " +
      "has become, and the answer has the merged text. With `overwrite: true` instead it replaces whatever is there, which " +
      "stays in the history. Without either it is refused. Title and language need no base.",
    fails: ["BASE_VERSION_REQUIRED", "VERSION_CONFLICT", "DOCUMENT_TOO_LARGE"],
    example: { content: "# Release checklist\n\n- [x] Write the notes\n", baseVersion: 7 },
  },
  "document.applyText": {
    at: ["POST /documents/{id}/apply-text"],
    summary: "Merge a text that was changed elsewhere",
    description:
      "The difference from the text of `baseVersion` is merged into the live document. Where both sides changed the " +
      "same lines, both are kept, and `conflicts` says where. A repeated `idempotencyKey` is answered as before.",
    fails: ["VERSION_CONFLICT", "DOCUMENT_TOO_LARGE", "RESYNC_REQUIRED"],
  },
  "document.import": {
    at: ["POST /workspaces/{workspaceId}/import"],
    summary: "Import a zip archive, or one Markdown text",
    description:
      "Upload the archive by `POST /files` with `purpose: import` first, and give its id as `uploadId`.",
    fails: ["UPLOAD_INCOMPLETE", "ARCHIVE_INVALID", "ARCHIVE_TOO_LARGE", "IMPORT_RUNNING"],
    example: { title: "Release checklist", content: "# Release checklist\n" },
  },
  "document.export": {
    at: ["GET /workspaces/{workspaceId}/export"],
    summary: "Where a workspace or folder can be fetched as a zip archive",
  },
  "document.move": {
    at: ["POST /documents/{id}/move"],
    summary: "Move a document to another folder",
    fails: ["VERSION_CONFLICT"],
  },
  "document.duplicate": {
    at: ["POST /documents/{id}/duplicate"],
    summary: "Copy a document",
    status: 201,
    fails: ["LIMIT_REACHED"],
  },
  "document.delete": {
    at: ["DELETE /documents/{id}"],
    summary: "Move a document to the trash",
    description: "With `expectedVersion` only if it still has that version.",
    fails: ["VERSION_CONFLICT"],
  },
  "document.trash": { at: ["GET /workspaces/{workspaceId}/trash"], summary: "What is in the trash" },
  "document.restore": { at: ["POST /documents/{id}/restore"], summary: "Take a document out of the trash" },
  "document.purge": {
    at: ["POST /documents/{id}/purge"],
    summary: "Remove a document in the trash for good",
  },
  "document.search": {
    at: ["GET /documents/search", "GET /workspaces/{workspaceId}/documents/search"],
    summary: "Search a workspace",
    description:
      "`query` is plain text: all of its words are looked for, the last also as the beginning of one.",
    fails: ["RATE_LIMITED"],
  },

  "document.resolveLink": {
    at: ["GET /documents/{documentId}/links/resolve"],
    summary: "The document that a relative link in a document leads to",
  },
  "document.suggestLinks": {
    at: ["GET /documents/{documentId}/links/suggest"],
    summary: "Documents that a link might be meant to lead to, with the path to write",
  },
  "document.backlinks": {
    at: ["GET /documents/{documentId}/backlinks"],
    summary: "The documents that link to a document",
  },
  "document.countMovedLinks": {
    at: ["GET /workspaces/{workspaceId}/moved-links"],
    summary: "Count the links that a rename or move left behind",
    description:
      "Links to the old place of a document or folder, and relative links inside it that lead elsewhere now. " +
      "`fromName` and `fromFolderId` say where it was. Sum the pages up.",
  },
  "document.updateMovedLinks": {
    at: ["POST /workspaces/{workspaceId}/moved-links"],
    summary: "Update the links that a rename or move left behind",
    description:
      "Each document gets one edit, merged with what others type. A call looks at up to 100 documents: go on with " +
      "`nextCursor` and the same `idempotencyKey`. To undo it, move back and call it with the places swapped.",
  },

  "document.push": {
    at: ["POST /documents/{id}/updates"],
    summary: "Append an edit as a Yjs update",
    description: "For live editors of your own; to follow what others write, open a WebSocket.",
    fails: ["BAD_UPDATE", "FOREIGN_CLIENT_ID", "UPDATE_GAP", "DOCUMENT_TOO_LARGE"],
  },
  "document.pull": {
    at: ["POST /documents/{id}/pull"],
    summary: "Get all edits that a Yjs state vector lacks",
    fails: ["BAD_UPDATE"],
  },

  "document.folder.create": {
    at: ["POST /folders", "POST /workspaces/{workspaceId}/folders"],
    summary: "Make a folder",
    status: 201,
    fails: ["FOLDER_NAME_TAKEN", "FOLDER_TOO_DEEP", "LIMIT_REACHED"],
  },
  "document.folder.rename": {
    at: ["PATCH /folders/{id}"],
    summary: "Rename a folder",
    fails: ["FOLDER_NAME_TAKEN"],
  },
  "document.folder.move": {
    at: ["POST /folders/{id}/move"],
    summary: "Move a folder into another",
    fails: ["FOLDER_NAME_TAKEN", "FOLDER_CYCLE", "FOLDER_TOO_DEEP"],
  },
  "document.folder.delete": {
    at: ["DELETE /folders/{id}"],
    summary: "Move a folder, with all in it, to the trash",
    description: "With `onlyIfEmpty` nothing is done where there is anything in it.",
    fails: ["FOLDER_NOT_EMPTY"],
  },
  "document.folder.restore": {
    at: ["POST /folders/{id}/restore"],
    summary: "Take a folder out of the trash",
    fails: ["FOLDER_NAME_TAKEN"],
  },
} satisfies Partial<Routes>;
