import type { Rows } from "../fixture.ts";

export const accessRows: Rows = {
  "workspace.access.explain": ({ workspaceId }) => ({ workspaceId }),
};
