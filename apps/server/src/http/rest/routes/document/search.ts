import type { Routes } from "../../route.ts";

export const searchRoutes = {
  "document.search": {
    addresses: ["GET /documents/search", "GET /workspaces/{workspaceId}/documents/search"],
    summary: "Search a workspace",
    description:
      "`query` is plain text. Results contain all of its words; the last word also matches as a prefix.",
    errors: ["RATE_LIMITED"],
  },
} satisfies Partial<Routes>;
