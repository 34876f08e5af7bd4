import type { Routes } from "../../route.ts";

export const shareRoutes = {
  "document.share.create": {
    addresses: ["POST /documents/{documentId}/shares"],
    summary: "Make a public link to a document",
    description: "`token` and `url` are shown this once.",
    status: 201,
    errors: ["LIMIT_REACHED"],
  },
  "document.share.list": {
    addresses: ["GET /documents/{documentId}/shares"],
    summary: "The links to a document that work",
  },
  "document.share.revoke": {
    addresses: ["DELETE /documents/{documentId}/shares/{id}"],
    summary: "Revoke a link",
  },
  "document.share.read": {
    addresses: ["POST /shares/read"],
    summary: "Read a document through a link",
    description: "The token comes in the body: addresses are logged in many places.",
    errors: ["NOT_FOUND", "SHARE_PASSWORD_REQUIRED", "SHARE_PASSWORD_WRONG", "RATE_LIMITED"],
  },
} satisfies Partial<Routes>;
