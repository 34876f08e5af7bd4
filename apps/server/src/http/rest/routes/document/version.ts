import type { Routes } from "../../route.ts";

export const versionRoutes = {
  "document.blame": {
    addresses: ["GET /documents/{id}/blame"],
    summary: "Get the author and time of each line",
    description: "`others` lists the other authors whose text remains in the lines.",
  },
  "document.version.list": {
    addresses: ["GET /documents/{id}/versions"],
    summary: "List the saved versions of a document, newest first",
  },
  "document.version.get": {
    addresses: ["GET /documents/{id}/versions/{number}"],
    summary: "Get a saved version with its text",
  },
  "document.version.diff": {
    addresses: ["GET /documents/{id}/versions/{from}/diff"],
    summary: "Compare a saved version with another or with the current text",
    description: "Compares lines, and words within lines. Without `to`, compares with the current text.",
  },
  "document.version.create": {
    addresses: ["POST /documents/{id}/versions"],
    summary: "Save the current text as a named version",
    status: 201,
  },
  "document.version.restore": {
    addresses: ["POST /documents/{id}/versions/{number}/restore"],
    summary: "Restore the text of a saved version",
    description: "Restoring is another edit. Later versions remain in the history.",
  },
} satisfies Partial<Routes>;
