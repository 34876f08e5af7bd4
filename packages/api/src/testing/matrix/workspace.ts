import type { Rows } from "./rows.ts";

export const workspaceRows: Rows = {
  "workspace.get": ({ workspaceId }) => ({ id: workspaceId }),
};
