import type { Routes } from "../../route.ts";

export const workspaceApiKeyRoutes = {
  "workspace.apiKey.create": { addresses: ["POST /workspaces/{workspaceId}/api-keys"], status: 201 },
  "workspace.apiKey.list": { addresses: ["GET /workspaces/{workspaceId}/api-keys"] },
  "workspace.apiKey.revoke": { addresses: ["DELETE /workspaces/{workspaceId}/api-keys/{id}"] },
} satisfies Partial<Routes>;
