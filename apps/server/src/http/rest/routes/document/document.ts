import type { Routes } from "../../route.ts";

export const documentRoutes = {
  "document.create": {
    addresses: ["POST /documents", "POST /workspaces/{workspaceId}/documents"],
    status: 201,
  },
  "document.get": { addresses: ["GET /documents/{id}"] },
  "document.list": {
    addresses: ["GET /documents", "GET /workspaces/{workspaceId}/documents"],
    description: "An empty `folderId` means null.",
  },
  "document.tree": { addresses: ["GET /workspaces/{workspaceId}/tree"] },
  "document.path": { addresses: ["GET /documents/{id}/path"] },
  "document.update": {
    addresses: ["PATCH /documents/{id}"],
    example: { content: "# Release checklist\n\n- [x] Write the notes\n", baseVersion: 7 },
  },
  "document.move": { addresses: ["POST /documents/{id}/move"] },
  "document.duplicate": {
    addresses: ["POST /documents/{id}/duplicate"],
    status: 201,
  },
  "document.delete": { addresses: ["DELETE /documents/{id}"] },
  "document.trash": { addresses: ["GET /workspaces/{workspaceId}/trash"] },
  "document.restore": { addresses: ["POST /documents/{id}/restore"] },
  "document.purge": { addresses: ["POST /documents/{id}/purge"] },
} satisfies Partial<Routes>;
