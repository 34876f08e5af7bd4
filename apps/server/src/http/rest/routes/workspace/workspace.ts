import type { Routes } from "../../route.ts";

export const workspaceRoutes = {
  "workspace.create": {
    addresses: ["POST /workspaces"],
    status: 201,
  },
  "workspace.list": { addresses: ["GET /workspaces", "GET /workspaces/my-workspaces"] },
  "workspace.get": { addresses: ["GET /workspaces/{id}"] },
  "workspace.update": { addresses: ["PATCH /workspaces/{id}"] },
  "workspace.requireSecondFactor": { addresses: ["POST /workspaces/{id}/require-second-factor"] },
  "workspace.delete": { addresses: ["DELETE /workspaces/{id}"] },
  "workspace.restore": { addresses: ["POST /workspaces/{id}/restore"] },
  "workspace.leave": { addresses: ["POST /workspaces/{id}/leave"] },
  "workspace.transferOwnership": { addresses: ["POST /workspaces/{id}/transfer-ownership"] },
  "workspace.activity": { addresses: ["GET /workspaces/{workspaceId}/activity"] },
  "workspace.contents": { addresses: ["GET /workspaces/{workspaceId}/contents"] },
  "workspace.texts": { addresses: ["GET /workspaces/{workspaceId}/texts"] },
} satisfies Partial<Routes>;
