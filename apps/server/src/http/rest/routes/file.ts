import type { Routes } from "../route.ts";

export const fileRoutes = {
  "file.createUpload": {
    addresses: ["POST /files", "POST /workspaces/{workspaceId}/files"],
    summary: "Announce a file",
    description:
      "Send the bytes to `target.url` by `PUT`, with its `headers`, whole or in parts with `Content-Range`; a `GET` there " +
      "tells how many have arrived. Then complete the upload. `target` is null where the workspace has these bytes.",
    status: 201,
    errors: ["FILE_TOO_LARGE", "QUOTA_EXCEEDED"],
  },
  "file.completeUpload": {
    addresses: ["POST /files/uploads/{id}/complete"],
    summary: "Make a file of what was sent",
    status: 201,
    errors: ["UPLOAD_INCOMPLETE", "UPLOAD_MISMATCH", "FILE_CHANGED"],
  },
  "file.list": {
    addresses: ["GET /files", "GET /workspaces/{workspaceId}/files"],
    summary: "The files of a workspace, a folder or a document",
  },
  "file.get": { addresses: ["GET /files/{id}"], summary: "What is known of a file" },
  "file.downloadUrl": {
    addresses: ["GET /files/{id}/download-url"],
    summary: "Addresses of a file's bytes",
    description: "Relative to the server's address. They end with your access, and after some minutes.",
  },
  "file.resolve": {
    addresses: ["POST /documents/{documentId}/files/resolve"],
    summary: "The files that the links of a document name",
  },
  "file.move": {
    addresses: ["POST /files/{id}/move"],
    summary: "Move a file to another folder or path",
    errors: ["FILE_CHANGED"],
  },
  "file.delete": {
    addresses: ["DELETE /files/{id}"],
    summary: "Move a file to the trash",
    description: "With `expectedHash` only if it still has these bytes.",
    errors: ["FILE_CHANGED"],
  },
  "file.restore": { addresses: ["POST /files/{id}/restore"], summary: "Take a file out of the trash" },
  "file.purge": { addresses: ["POST /files/{id}/purge"], summary: "Remove a file in the trash for good" },
} satisfies Partial<Routes>;
