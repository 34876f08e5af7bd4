import type { Routes } from "../../../route.ts";

export const managedWorkspaceRoutes = {
  "auth.admin.workspace.list": {
    addresses: ["GET /auth/admin/workspaces"],
    summary: "List all workspaces with owner, size and members",
    description: "Newest first. Superusers see nothing that members wrote.",
  },
  "auth.admin.workspace.setQuota": {
    addresses: ["PATCH /auth/admin/workspaces/{id}/quota"],
    summary: "Set the quota of a workspace",
    errors: ["NOT_FOUND"],
  },
} satisfies Partial<Routes>;
