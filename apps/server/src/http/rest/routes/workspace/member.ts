import type { Routes } from "../../route.ts";

export const memberRoutes = {
  "workspace.member.list": { addresses: ["GET /workspaces/{workspaceId}/members"] },
  "workspace.member.add": { addresses: ["POST /workspaces/{workspaceId}/members"], status: 202 },
  "workspace.member.updateRole": { addresses: ["PATCH /workspaces/{workspaceId}/members/{userId}"] },
  "workspace.member.remove": { addresses: ["DELETE /workspaces/{workspaceId}/members/{userId}"] },
} satisfies Partial<Routes>;
