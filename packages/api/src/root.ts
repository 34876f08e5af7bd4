import { authRouter } from "./auth/router.ts";
import { router } from "./trpc/init.ts";
import { workspaceRouter } from "./workspace/router.ts";

/** The whole contract: a line a feature. */
export const appRouter = router({
  auth: authRouter,
  workspace: workspaceRouter,
});

export type AppRouter = typeof appRouter;
