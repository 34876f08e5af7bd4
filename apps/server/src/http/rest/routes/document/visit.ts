import type { Routes } from "../../route.ts";

export const visitRoutes = {
  "document.visit.list": { addresses: ["GET /workspaces/{workspaceId}/visits"] },
  "document.visit.record": { addresses: ["POST /documents/{documentId}/visits"] },
} satisfies Partial<Routes>;
