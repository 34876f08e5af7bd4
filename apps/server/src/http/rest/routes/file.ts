import type { Routes } from "../route.ts";

export const fileRoutes = {
  "file.createUpload": {
    addresses: ["POST /files", "POST /workspaces/{workspaceId}/files"],
    status: 201,
  },
  "file.completeUpload": {
    addresses: ["POST /files/uploads/{id}/complete"],
    status: 201,
  },
  "file.list": { addresses: ["GET /files", "GET /workspaces/{workspaceId}/files"] },
  "file.usage": { addresses: ["GET /workspaces/{workspaceId}/files/usage"] },
  "file.get": { addresses: ["GET /files/{id}"] },
  "file.downloadUrl": { addresses: ["GET /files/{id}/download-url"] },
  "file.resolve": { addresses: ["POST /documents/{documentId}/files/resolve"] },
  "file.move": { addresses: ["POST /files/{id}/move"] },
  "file.delete": { addresses: ["DELETE /files/{id}"] },
  "file.restore": { addresses: ["POST /files/{id}/restore"] },
  "file.purge": { addresses: ["POST /files/{id}/purge"] },
} satisfies Partial<Routes>;
