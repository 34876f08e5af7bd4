import type { Routes } from "../../route.ts";

export const apiKeyRoutes = {
  "auth.apiKey.create": {
    addresses: ["POST /auth/api-keys"],
    status: 201,
  },
  "auth.apiKey.list": { addresses: ["GET /auth/api-keys"] },
  "auth.apiKey.revoke": { addresses: ["DELETE /auth/api-keys/{id}"] },
} satisfies Partial<Routes>;
