import type { Routes } from "../../route.ts";

export const versionRoutes = {
  "document.blame": { addresses: ["GET /documents/{id}/blame"] },
  "document.version.list": { addresses: ["GET /documents/{id}/versions"] },
  "document.version.get": { addresses: ["GET /documents/{id}/versions/{number}"] },
  "document.version.diff": { addresses: ["GET /documents/{id}/versions/{from}/diff"] },
  "document.version.create": {
    addresses: ["POST /documents/{id}/versions"],
    status: 201,
  },
  "document.version.restore": { addresses: ["POST /documents/{id}/versions/{number}/restore"] },
} satisfies Partial<Routes>;
