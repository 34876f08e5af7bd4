import { file, procedureNotes, uploadFormInput } from "@mdreader/contract";

import type { Routes } from "../route.ts";

export const fileRoutes = {
  "file.createUpload": {
    addresses: ["POST /files", "POST /workspaces/{workspaceId}/files"],
    description:
      "A form (`multipart/form-data`) creates a file in one request instead: the fields first, then the part `file` with the " +
      "bytes. The response is the file.",
    status: 201,
    form: { input: uploadFormInput, output: file, reasons: procedureNotes["file.completeUpload"].errors },
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
