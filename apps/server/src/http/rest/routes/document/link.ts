import type { Routes } from "../../route.ts";

export const linkRoutes = {
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
} satisfies Partial<Routes>;
