import type { Routes } from "../../route.ts";

export const createShareRoutes = {
  "document.share.create": {
    addresses: ["POST /documents/{documentId}/shares"],
    status: 201,
  },
  "document.share.list": { addresses: ["GET /documents/{documentId}/shares"] },
  "document.share.revoke": { addresses: ["DELETE /documents/{documentId}/shares/{id}"] },
  "document.share.read": { addresses: ["POST /shares/read"] },
} satisfies Partial<Routes>;
