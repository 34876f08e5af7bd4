import type { Routes } from "../../route.ts";

export const transferRoutes = {
  "document.import": {
    addresses: ["POST /workspaces/{workspaceId}/import"],
    description: "First upload the archive with `POST /files`.",
    example: { title: "Release checklist", content: "# Release checklist\n" },
  },
  "document.export": { addresses: ["GET /workspaces/{workspaceId}/export"] },
  "document.exportHtml": { addresses: ["GET /documents/{id}/html"] },
} satisfies Partial<Routes>;
