import type { ProcedureNotes } from "../../notes.ts";

export const managedWorkspaceProcedures = {
  "auth.admin.workspace.list": {
    summary: "List all workspaces with their owners, sizes and member counts",
    description: "Newest first. Superusers see nothing that members wrote.",
  },
  "auth.admin.workspace.adopt": {
    summary: "Make someone the owner of a workspace that has no active owner",
    description: "The workspace's activity and the audit log record the change.",
    errors: ["NOT_FOUND", "WORKSPACE_HAS_OWNER"],
  },
  "auth.admin.workspace.setQuota": {
    summary: "Set the quota of a workspace",
    description: "The quota applies to new uploads. Existing files beyond it are kept.",
    errors: ["NOT_FOUND"],
  },
} as const satisfies Record<string, ProcedureNotes>;
