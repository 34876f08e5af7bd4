import type { Routes } from "../route.ts";

export const shareRoutes = {
  "document.share.create": {
    at: ["POST /documents/{documentId}/shares"],
    summary: "Make a public link to a document",
    description: "`token` and `url` are shown this once.",
    status: 201,
    fails: ["LIMIT_REACHED"],
  },
  "document.share.list": {
    at: ["GET /documents/{documentId}/shares"],
    summary: "The links to a document that work",
  },
  "document.share.revoke": {
    at: ["DELETE /documents/{documentId}/shares/{id}"],
    summary: "Revoke a link",
  },
  "document.share.read": {
    at: ["POST /shares/read"],
    summary: "Read a document through a link",
    description: "The token comes in the body: addresses are logged in many places.",
    fails: ["NOT_FOUND", "SHARE_PASSWORD_REQUIRED", "SHARE_PASSWORD_WRONG", "RATE_LIMITED"],
  },
} satisfies Partial<Routes>;
