import type { Routes } from "../../route.ts";

export const visitRoutes = {
  "document.visit.list": {
    addresses: ["GET /workspaces/{workspaceId}/visits"],
    summary: "List the documents that you opened recently",
  },
  "document.visit.record": {
    addresses: ["POST /documents/{documentId}/visits"],
    summary: "Record that you opened a document",
  },
} satisfies Partial<Routes>;
