import type { Routes } from "../route.ts";
import { authRoutes } from "./auth/auth.ts";
import { commentRoutes } from "./document/comment.ts";
import { documentRoutes } from "./document/document.ts";
import { shareRoutes } from "./document/share.ts";
import { historyRoutes } from "./document/version.ts";
import { fileRoutes } from "./file.ts";
import { presenceRoutes } from "./presence.ts";
import { workspaceRoutes } from "./workspace/workspace.ts";

/** The REST routes of all procedures. */
export const routes: Routes = {
  ...authRoutes,
  ...workspaceRoutes,
  ...documentRoutes,
  ...historyRoutes,
  ...commentRoutes,
  ...shareRoutes,
  ...fileRoutes,
  ...presenceRoutes,
};
