import type { Routes } from "../../route.ts";

export const shareRoutes = {
  "document.share.create": {
    addresses: ["POST /documents/{documentId}/shares"],
    summary: "Create a public link to a document",
    description: "`token` and `url` are returned only once.",
    status: 201,
    errors: ["LIMIT_REACHED"],
  },
  "document.share.list": {
    addresses: ["GET /documents/{documentId}/shares"],
    summary: "List the active links to a document",
  },
  "document.share.revoke": {
    addresses: ["DELETE /documents/{documentId}/shares/{id}"],
    summary: "Revoke a link",
  },
  "document.share.read": {
    addresses: ["POST /shares/read"],
    summary: "Read a document through a link",
    description: "The token is sent in the body, because URLs are logged in many places.",
    errors: ["NOT_FOUND", "SHARE_PASSWORD_REQUIRED", "SHARE_PASSWORD_WRONG", "RATE_LIMITED"],
  },
} satisfies Partial<Routes>;
