import type { Routes } from "../../route.ts";

export const linkRoutes = {
  "document.resolveLink": { addresses: ["GET /documents/{documentId}/links/resolve"] },
  "document.suggestLinks": { addresses: ["GET /documents/{documentId}/links/suggest"] },
  "document.backlinks": { addresses: ["GET /documents/{documentId}/backlinks"] },
  "document.countMovedLinks": { addresses: ["GET /workspaces/{workspaceId}/moved-links"] },
  "document.updateMovedLinks": { addresses: ["POST /workspaces/{workspaceId}/moved-links"] },
} satisfies Partial<Routes>;
