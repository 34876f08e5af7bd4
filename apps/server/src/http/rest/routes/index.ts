import type { Routes } from "../route.ts";
import { authRoutes } from "./auth.ts";
import { commentRoutes } from "./comment.ts";
import { documentRoutes } from "./document.ts";
import { fileRoutes } from "./file.ts";
import { historyRoutes } from "./history.ts";
import { presenceRoutes } from "./presence.ts";
import { shareRoutes } from "./share.ts";
import { workspaceRoutes } from "./workspace.ts";

/** How each procedure is called over REST. */
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
