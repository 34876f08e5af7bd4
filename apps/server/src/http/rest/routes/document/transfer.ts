import type { Routes } from "../../route.ts";

export const transferRoutes = {
  "document.import": {
    addresses: ["POST /workspaces/{workspaceId}/import"],
    summary: "Import a zip archive or Markdown text",
    description:
      "First upload the archive with `POST /files` and `purpose: import`, then pass its id as `uploadId`.",
    errors: ["UPLOAD_INCOMPLETE", "ARCHIVE_INVALID", "ARCHIVE_TOO_LARGE", "IMPORT_RUNNING"],
    example: { title: "Release checklist", content: "# Release checklist\n" },
  },
  "document.export": {
    addresses: ["GET /workspaces/{workspaceId}/export"],
    summary: "Get a URL that exports a workspace or folder as a zip archive",
  },
} satisfies Partial<Routes>;
