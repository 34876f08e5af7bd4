import type { Routes } from "../../../route.ts";

export const managedWorkspaceRoutes = {
  "auth.admin.workspace.list": {
    addresses: ["GET /auth/admin/workspaces"],
    summary: "List all workspaces with their owners, sizes and numbers of members",
    description: "Newest first. Superusers see nothing that members wrote.",
  },
  "auth.admin.workspace.adopt": {
    addresses: ["POST /auth/admin/workspaces/{id}/adopt"],
    summary: "Make someone the owner of a workspace that has no active owner",
    description:
      "Without `userId`, the caller becomes the owner. The workspace's activity and the audit log record it.",
    errors: ["NOT_FOUND", "WORKSPACE_HAS_OWNER"],
  },
  "auth.admin.workspace.setQuota": {
    addresses: ["PATCH /auth/admin/workspaces/{id}/quota"],
    summary: "Set the quota of a workspace",
    errors: ["NOT_FOUND"],
  },
} satisfies Partial<Routes>;
