import type { Routes } from "../../../route.ts";

export const managedWorkspaceRoutes = {
  "auth.admin.workspace.list": { addresses: ["GET /auth/admin/workspaces"] },
  "auth.admin.workspace.adopt": { addresses: ["POST /auth/admin/workspaces/{id}/adopt"] },
  "auth.admin.workspace.setQuota": { addresses: ["PATCH /auth/admin/workspaces/{id}/quota"] },
} satisfies Partial<Routes>;
