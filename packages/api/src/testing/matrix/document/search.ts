import type { Rows } from "../fixture.ts";

export const searchRows: Rows = {
  "document.search": ({ workspaceId }) => ({ workspaceId, query: "text" }),
};
