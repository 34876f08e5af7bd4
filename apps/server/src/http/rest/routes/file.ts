import type { Routes } from "../route.ts";

export const fileRoutes = {
  "file.createUpload": {
    addresses: ["POST /files", "POST /workspaces/{workspaceId}/files"],
    summary: "Create an upload",
    description:
      "Send the bytes to `target.url` with `PUT` and its `headers`, in one request or in parts with `Content-Range`. A `GET` on that " +
      "URL returns how many have arrived. Then complete the upload. `target` is null if the workspace already has the bytes.",
    status: 201,
    errors: ["FILE_TOO_LARGE", "QUOTA_EXCEEDED"],
  },
  "file.completeUpload": {
    addresses: ["POST /files/uploads/{id}/complete"],
    summary: "Complete an upload",
    status: 201,
    errors: ["UPLOAD_INCOMPLETE", "UPLOAD_MISMATCH", "FILE_CHANGED"],
  },
  "file.list": {
    addresses: ["GET /files", "GET /workspaces/{workspaceId}/files"],
    summary: "List the files of a workspace, folder or document",
  },
  "file.usage": {
    addresses: ["GET /workspaces/{workspaceId}/files/usage"],
    summary: "Get how much of its storage quota a workspace uses",
  },
  "file.get": { addresses: ["GET /files/{id}"], summary: "Get the details of a file" },
  "file.downloadUrl": {
    addresses: ["GET /files/{id}/download-url"],
    summary: "Get download URLs for a file",
    description:
      "Relative to the server's address. They expire after a few minutes, or when you lose access.",
  },
  "file.resolve": {
    addresses: ["POST /documents/{documentId}/files/resolve"],
    summary: "Resolve the file links of a document",
  },
  "file.move": {
    addresses: ["POST /files/{id}/move"],
    summary: "Move a file to another folder or path",
    errors: ["FILE_CHANGED"],
  },
  "file.delete": {
    addresses: ["DELETE /files/{id}"],
    summary: "Move a file to the trash",
    description: "With `expectedHash`, only if the file still has that content.",
    errors: ["FILE_CHANGED"],
  },
  "file.restore": { addresses: ["POST /files/{id}/restore"], summary: "Restore a file from the trash" },
  "file.purge": { addresses: ["POST /files/{id}/purge"], summary: "Permanently delete a file in the trash" },
} satisfies Partial<Routes>;
