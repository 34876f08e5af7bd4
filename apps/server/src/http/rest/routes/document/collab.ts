import type { Routes } from "../../route.ts";

export const collabRoutes = {
  "document.applyText": {
    addresses: ["POST /documents/{id}/apply-text"],
    summary: "Merge text that was edited elsewhere",
    description:
      "The changes since `baseVersion` are merged into the live document. If both sides changed the same lines, both " +
      "versions are kept and `conflicts` lists the places. A repeated `idempotencyKey` returns the first response.",
    errors: ["VERSION_CONFLICT", "DOCUMENT_TOO_LARGE", "RESYNC_REQUIRED"],
  },
  "document.push": {
    addresses: ["POST /documents/{id}/updates"],
    summary: "Append an edit as a Yjs update",
    description: "For custom live editors. To receive the edits of others, open a WebSocket.",
    errors: ["BAD_UPDATE", "FOREIGN_CLIENT_ID", "UPDATE_GAP", "DOCUMENT_TOO_LARGE"],
  },
  "document.pull": {
    addresses: ["POST /documents/{id}/pull"],
    summary: "Get the edits that a Yjs state vector lacks",
    errors: ["BAD_UPDATE"],
  },
} satisfies Partial<Routes>;
