import type { Routes } from "../../route.ts";

export const apiKeyRoutes = {
  "auth.apiKey.create": {
    addresses: ["POST /auth/api-keys"],
    summary: "Create an API key",
    description: "`secret` is returned only once.",
    status: 201,
    errors: ["LIMIT_REACHED", "SUPERUSER_REQUIRED"],
  },
  "auth.apiKey.list": { addresses: ["GET /auth/api-keys"], summary: "List your API keys" },
  "auth.apiKey.revoke": {
    addresses: ["DELETE /auth/api-keys/{id}"],
    summary: "Revoke an API key",
    errors: ["NOT_FOUND"],
  },
} satisfies Partial<Routes>;
