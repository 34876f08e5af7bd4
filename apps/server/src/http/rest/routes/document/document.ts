import type { Routes } from "../../route.ts";

export const documentRoutes = {
  "document.create": {
    addresses: ["POST /documents", "POST /workspaces/{workspaceId}/documents"],
    summary: "Make a document",
    status: 201,
    errors: ["DOCUMENT_TOO_LARGE", "LIMIT_REACHED"],
  },
  "document.get": { addresses: ["GET /documents/{id}"], summary: "A document with its text" },
  "document.list": {
    addresses: ["GET /documents", "GET /workspaces/{workspaceId}/documents"],
    summary: "The documents of a workspace or folder",
    description: "Without `folderId` those of all folders; with an empty one those in none.",
  },
  "document.tree": {
    addresses: ["GET /workspaces/{workspaceId}/tree"],
    summary: "What lies directly in a folder, or in none",
  },
  "document.update": {
    addresses: ["PATCH /documents/{id}"],
    summary: "Change title, text or language",
    description:
      "`content` needs `baseVersion`, the version whose text you changed: your change is merged into what the document " +
      "has become, and the answer has the merged text. With `overwrite: true` instead it replaces whatever is there, which " +
      "stays in the history. Without either it is refused. Title and language need no base.",
    errors: ["BASE_VERSION_REQUIRED", "VERSION_CONFLICT", "DOCUMENT_TOO_LARGE"],
    example: { content: "# Release checklist\n\n- [x] Write the notes\n", baseVersion: 7 },
  },
  "document.applyText": {
    addresses: ["POST /documents/{id}/apply-text"],
    summary: "Merge a text that was changed elsewhere",
    description:
      "The difference from the text of `baseVersion` is merged into the live document. Where both sides changed the " +
      "same lines, both are kept, and `conflicts` says where. A repeated `idempotencyKey` is answered as before.",
    errors: ["VERSION_CONFLICT", "DOCUMENT_TOO_LARGE", "RESYNC_REQUIRED"],
  },
  "document.import": {
    addresses: ["POST /workspaces/{workspaceId}/import"],
    summary: "Import a zip archive, or one Markdown text",
    description:
      "Upload the archive by `POST /files` with `purpose: import` first, and give its id as `uploadId`.",
    errors: ["UPLOAD_INCOMPLETE", "ARCHIVE_INVALID", "ARCHIVE_TOO_LARGE", "IMPORT_RUNNING"],
    example: { title: "Release checklist", content: "# Release checklist\n" },
  },
  "document.export": {
    addresses: ["GET /workspaces/{workspaceId}/export"],
    summary: "Where a workspace or folder can be fetched as a zip archive",
  },
  "document.move": {
    addresses: ["POST /documents/{id}/move"],
    summary: "Move a document to another folder",
    errors: ["VERSION_CONFLICT"],
  },
  "document.duplicate": {
    addresses: ["POST /documents/{id}/duplicate"],
    summary: "Copy a document",
    status: 201,
    errors: ["LIMIT_REACHED"],
  },
  "document.delete": {
    addresses: ["DELETE /documents/{id}"],
    summary: "Move a document to the trash",
    description: "With `expectedVersion` only if it still has that version.",
    errors: ["VERSION_CONFLICT"],
  },
  "document.trash": { addresses: ["GET /workspaces/{workspaceId}/trash"], summary: "What is in the trash" },
  "document.restore": {
    addresses: ["POST /documents/{id}/restore"],
    summary: "Take a document out of the trash",
  },
  "document.purge": {
    addresses: ["POST /documents/{id}/purge"],
    summary: "Remove a document in the trash for good",
  },
  "document.search": {
    addresses: ["GET /documents/search", "GET /workspaces/{workspaceId}/documents/search"],
    summary: "Search a workspace",
    description:
      "`query` is plain text: all of its words are looked for, the last also as the beginning of one.",
    errors: ["RATE_LIMITED"],
  },

  "document.resolveLink": {
    addresses: ["GET /documents/{documentId}/links/resolve"],
    summary: "The document that a relative link in a document leads to",
  },
  "document.suggestLinks": {
    addresses: ["GET /documents/{documentId}/links/suggest"],
    summary: "Documents that a link might be meant to lead to, with the path to write",
  },
  "document.backlinks": {
    addresses: ["GET /documents/{documentId}/backlinks"],
    summary: "The documents that link to a document",
  },
  "document.countMovedLinks": {
    addresses: ["GET /workspaces/{workspaceId}/moved-links"],
    summary: "Count the links that a rename or move left behind",
    description:
      "Links to the old place of a document or folder, and relative links inside it that lead elsewhere now. " +
      "`fromName` and `fromFolderId` say where it was. Sum the pages up.",
  },
  "document.updateMovedLinks": {
    addresses: ["POST /workspaces/{workspaceId}/moved-links"],
    summary: "Update the links that a rename or move left behind",
    description:
      "Each document gets one edit, merged with what others type. A call looks at up to 100 documents: go on with " +
      "`nextCursor` and the same `idempotencyKey`. To undo it, move back and call it with the places swapped.",
  },

  "document.push": {
    addresses: ["POST /documents/{id}/updates"],
    summary: "Append an edit as a Yjs update",
    description: "For live editors of your own; to follow what others write, open a WebSocket.",
    errors: ["BAD_UPDATE", "FOREIGN_CLIENT_ID", "UPDATE_GAP", "DOCUMENT_TOO_LARGE"],
  },
  "document.pull": {
    addresses: ["POST /documents/{id}/pull"],
    summary: "Get all edits that a Yjs state vector lacks",
    errors: ["BAD_UPDATE"],
  },

  "document.folder.create": {
    addresses: ["POST /folders", "POST /workspaces/{workspaceId}/folders"],
    summary: "Make a folder",
    status: 201,
    errors: ["FOLDER_NAME_TAKEN", "FOLDER_TOO_DEEP", "LIMIT_REACHED"],
  },
  "document.folder.rename": {
    addresses: ["PATCH /folders/{id}"],
    summary: "Rename a folder",
    errors: ["FOLDER_NAME_TAKEN"],
  },
  "document.folder.move": {
    addresses: ["POST /folders/{id}/move"],
    summary: "Move a folder into another",
    errors: ["FOLDER_NAME_TAKEN", "FOLDER_CYCLE", "FOLDER_TOO_DEEP"],
  },
  "document.folder.delete": {
    addresses: ["DELETE /folders/{id}"],
    summary: "Move a folder, with all in it, to the trash",
    description: "With `onlyIfEmpty` nothing is done where there is anything in it.",
    errors: ["FOLDER_NOT_EMPTY"],
  },
  "document.folder.restore": {
    addresses: ["POST /folders/{id}/restore"],
    summary: "Take a folder out of the trash",
    errors: ["FOLDER_NAME_TAKEN"],
  },
} satisfies Partial<Routes>;
