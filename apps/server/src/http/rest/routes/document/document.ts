import type { Routes } from "../../route.ts";

export const documentRoutes = {
  "document.create": {
    addresses: ["POST /documents", "POST /workspaces/{workspaceId}/documents"],
    summary: "Create a document",
    status: 201,
    errors: ["DOCUMENT_TOO_LARGE", "LIMIT_REACHED"],
  },
  "document.get": { addresses: ["GET /documents/{id}"], summary: "Get a document with its text" },
  "document.list": {
    addresses: ["GET /documents", "GET /workspaces/{workspaceId}/documents"],
    summary: "List the documents of a workspace or folder",
    description:
      "Without `folderId`, documents of all folders; with an empty `folderId`, documents outside of folders.",
  },
  "document.tree": {
    addresses: ["GET /workspaces/{workspaceId}/tree"],
    summary: "List the direct children of a folder or of the top level",
  },
  "document.update": {
    addresses: ["PATCH /documents/{id}"],
    summary: "Update the title, text or language",
    description:
      "`content` requires `baseVersion`, the version that you edited: your changes are merged into the current text, and " +
      "the response contains the result. With `overwrite: true` instead, `content` replaces the current text, which stays in " +
      "the history. Without either, the request is rejected. Title and language need no base version.",
    errors: ["BASE_VERSION_REQUIRED", "VERSION_CONFLICT", "DOCUMENT_TOO_LARGE"],
    example: { content: "# Release checklist\n\n- [x] Write the notes\n", baseVersion: 7 },
  },
  "document.applyText": {
    addresses: ["POST /documents/{id}/apply-text"],
    summary: "Merge a text that was edited elsewhere",
    description:
      "The changes since `baseVersion` are merged into the live document. If both sides changed the same lines, both " +
      "versions are kept and `conflicts` lists the places. A repeated `idempotencyKey` returns the first response.",
    errors: ["VERSION_CONFLICT", "DOCUMENT_TOO_LARGE", "RESYNC_REQUIRED"],
  },
  "document.import": {
    addresses: ["POST /workspaces/{workspaceId}/import"],
    summary: "Import a zip archive or a Markdown text",
    description:
      "First upload the archive with `POST /files` and `purpose: import`, then pass its id as `uploadId`.",
    errors: ["UPLOAD_INCOMPLETE", "ARCHIVE_INVALID", "ARCHIVE_TOO_LARGE", "IMPORT_RUNNING"],
    example: { title: "Release checklist", content: "# Release checklist\n" },
  },
  "document.export": {
    addresses: ["GET /workspaces/{workspaceId}/export"],
    summary: "Get a URL that exports a workspace or folder as a zip archive",
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
    description: "With `expectedVersion`, only if the document still has that version.",
    errors: ["VERSION_CONFLICT"],
  },
  "document.trash": { addresses: ["GET /workspaces/{workspaceId}/trash"], summary: "List the trash" },
  "document.restore": {
    addresses: ["POST /documents/{id}/restore"],
    summary: "Restore a document from the trash",
  },
  "document.purge": {
    addresses: ["POST /documents/{id}/purge"],
    summary: "Permanently delete a document in the trash",
  },
  "document.search": {
    addresses: ["GET /documents/search", "GET /workspaces/{workspaceId}/documents/search"],
    summary: "Search a workspace",
    description:
      "`query` is plain text. Results contain all of its words; the last word also matches as a prefix.",
    errors: ["RATE_LIMITED"],
  },

  "document.resolveLink": {
    addresses: ["GET /documents/{documentId}/links/resolve"],
    summary: "Resolve a relative link in a document",
  },
  "document.suggestLinks": {
    addresses: ["GET /documents/{documentId}/links/suggest"],
    summary: "Suggest link targets, with the path to insert",
  },
  "document.backlinks": {
    addresses: ["GET /documents/{documentId}/backlinks"],
    summary: "List the documents that link to a document",
  },
  "document.countMovedLinks": {
    addresses: ["GET /workspaces/{workspaceId}/moved-links"],
    summary: "Count the links that a rename or move broke",
    description:
      "Counts links to the old location of a document or folder, and relative links inside it that now point elsewhere. " +
      "`fromName` and `fromFolderId` are the old location. Add up the counts of all pages.",
  },
  "document.updateMovedLinks": {
    addresses: ["POST /workspaces/{workspaceId}/moved-links"],
    summary: "Update the links that a rename or move broke",
    description:
      "Each document receives one edit, merged with concurrent edits. A call covers up to 100 documents. Continue with " +
      "`nextCursor` and the same `idempotencyKey`. To undo, move back and call this with the locations swapped.",
  },

  "document.push": {
    addresses: ["POST /documents/{id}/updates"],
    summary: "Append an edit as a Yjs update",
    description: "For custom live editors. To receive the edits of others, open a WebSocket.",
    errors: ["BAD_UPDATE", "FOREIGN_CLIENT_ID", "UPDATE_GAP", "DOCUMENT_TOO_LARGE"],
  },
  "document.pull": {
    addresses: ["POST /documents/{id}/pull"],
    summary: "Get the edits that a Yjs state vector lacks",
    errors: ["BAD_UPDATE"],
  },

  "document.folder.create": {
    addresses: ["POST /folders", "POST /workspaces/{workspaceId}/folders"],
    summary: "Create a folder",
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
    summary: "Move a folder into another folder",
    errors: ["FOLDER_NAME_TAKEN", "FOLDER_CYCLE", "FOLDER_TOO_DEEP"],
  },
  "document.folder.delete": {
    addresses: ["DELETE /folders/{id}"],
    summary: "Move a folder and its contents to the trash",
    description: "With `onlyIfEmpty`, only if the folder is empty.",
    errors: ["FOLDER_NOT_EMPTY"],
  },
  "document.folder.restore": {
    addresses: ["POST /folders/{id}/restore"],
    summary: "Restore a folder from the trash",
    errors: ["FOLDER_NAME_TAKEN"],
  },
} satisfies Partial<Routes>;
