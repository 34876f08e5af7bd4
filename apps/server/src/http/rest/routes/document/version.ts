import type { Routes } from "../../route.ts";

export const historyRoutes = {
  "document.blame": {
    addresses: ["GET /documents/{id}/blame"],
    summary: "Who wrote each line, and when",
    description: "`others` are those who wrote what else is left in the lines.",
  },
  "document.version.list": {
    addresses: ["GET /documents/{id}/versions"],
    summary: "The saved versions of a document, newest first",
  },
  "document.version.get": {
    addresses: ["GET /documents/{id}/versions/{number}"],
    summary: "A saved version with its text",
  },
  "document.version.diff": {
    addresses: ["GET /documents/{id}/versions/{from}/diff"],
    summary: "Compare a saved version with another, or with the text as it is now",
    description: "By line, and by word inside of lines. Without `to`, with the text as it is now.",
  },
  "document.version.create": {
    addresses: ["POST /documents/{id}/versions"],
    summary: "Give the present state of a document a name",
    status: 201,
  },
  "document.version.restore": {
    addresses: ["POST /documents/{id}/versions/{number}/restore"],
    summary: "Bring back the text of a saved version",
    description: "As one more edit: what was written since stays in the versions.",
  },
} satisfies Partial<Routes>;
