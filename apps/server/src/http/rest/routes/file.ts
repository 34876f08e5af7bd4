import type { Routes } from "../route.ts";

export const fileRoutes = {
  "file.createUpload": {
    at: ["POST /files", "POST /workspaces/{workspaceId}/files"],
    summary: "Announce a file",
    description:
      "Send the bytes to `target.url` by `PUT`, with its `headers`, whole or in parts with `Content-Range`; a `GET` there " +
      "tells how many have arrived. Then complete the upload. `target` is null where the workspace has these bytes.",
    status: 201,
    fails: ["FILE_TOO_LARGE", "QUOTA_EXCEEDED"],
  },
  "file.completeUpload": {
    at: ["POST /files/uploads/{id}/complete"],
    summary: "Make a file of what was sent",
    status: 201,
    fails: ["UPLOAD_INCOMPLETE", "UPLOAD_MISMATCH", "FILE_CHANGED"],
  },
  "file.list": {
    at: ["GET /files", "GET /workspaces/{workspaceId}/files"],
    summary: "The files of a workspace, a folder or a document",
  },
  "file.get": { at: ["GET /files/{id}"], summary: "What is known of a file" },
  "file.downloadUrl": {
    at: ["GET /files/{id}/download-url"],
    summary: "Addresses of a file's bytes",
    description: "Relative to the server's address. They end with your access, and after some minutes.",
  },
  "file.resolve": {
    at: ["POST /documents/{documentId}/files/resolve"],
    summary: "The files that the links of a document name",
  },
  "file.move": {
    at: ["POST /files/{id}/move"],
    summary: "Move a file to another folder or path",
    fails: ["FILE_CHANGED"],
  },
  "file.delete": {
    at: ["DELETE /files/{id}"],
    summary: "Move a file to the trash",
    description: "With `expectedHash` only if it still has these bytes.",
    fails: ["FILE_CHANGED"],
  },
  "file.restore": { at: ["POST /files/{id}/restore"], summary: "Take a file out of the trash" },
  "file.purge": { at: ["POST /files/{id}/purge"], summary: "Remove a file in the trash for good" },
} satisfies Partial<Routes>;
