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
      "Without `folderId`, documents of all folders; with an empty `folderId`, top-level documents.",
  },
  "document.tree": {
    addresses: ["GET /workspaces/{workspaceId}/tree"],
    summary: "List the direct children of a folder or of the top level",
    description: "Folders come first. Names are in natural order: `note 2` comes before `note 10`.",
  },
  "document.path": {
    addresses: ["GET /documents/{id}/path"],
    summary: "List the folders that contain a document",
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
} satisfies Partial<Routes>;
