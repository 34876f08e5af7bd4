import type { Routes } from "../../route.ts";

export const searchRoutes = {
  "document.search": {
    addresses: ["GET /documents/search", "GET /workspaces/{workspaceId}/documents/search"],
  },
} satisfies Partial<Routes>;
