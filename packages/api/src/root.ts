import { authRouter } from "./auth/router.ts";
import { documentRouter } from "./document/router.ts";
import { fileRouter } from "./file/router.ts";
import { presenceRouter } from "./presence/router.ts";
import { router } from "./trpc/init.ts";
import { workspaceRouter } from "./workspace/router.ts";

/** The complete contract: one line per feature. */
export const appRouter = router({
  auth: authRouter,
  document: documentRouter,
  file: fileRouter,
  presence: presenceRouter,
  workspace: workspaceRouter,
});

export type AppRouter = typeof appRouter;
