import type { Routes } from "../../route.ts";

export const accessRoutes = {
  "workspace.access.explain": { addresses: ["GET /workspaces/{workspaceId}/access"] },
} satisfies Partial<Routes>;
