import type { Routes } from "../../route.ts";

export const favoriteRoutes = {
  "document.favorite.list": { addresses: ["GET /workspaces/{workspaceId}/favorites"] },
  "document.favorite.add": { addresses: ["POST /documents/{documentId}/favorite"] },
  "document.favorite.remove": { addresses: ["DELETE /documents/{documentId}/favorite"] },
} satisfies Partial<Routes>;
