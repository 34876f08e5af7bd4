import type { Routes } from "../../route.ts";

export const favoriteRoutes = {
  "document.favorite.list": {
    addresses: ["GET /workspaces/{workspaceId}/favorites"],
    summary: "List your favorite documents",
  },
  "document.favorite.add": {
    addresses: ["POST /documents/{documentId}/favorite"],
    summary: "Add a document to your favorites",
    errors: ["LIMIT_REACHED"],
  },
  "document.favorite.remove": {
    addresses: ["DELETE /documents/{documentId}/favorite"],
    summary: "Remove a document from your favorites",
  },
} satisfies Partial<Routes>;
