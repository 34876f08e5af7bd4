import type { Rows } from "../../fixture.ts";

export const managedWorkspaceRows: Rows = {
  "auth.admin.workspace.list": () => ({ limit: 5 }),
  "auth.admin.workspace.setQuota": ({ workspaceId }) => ({ id: workspaceId, quotaBytes: 1024 }),
};
