import { authRouter } from "./auth/router.ts";
import { documentRouter } from "./document/router.ts";
import { fileRouter } from "./file/router.ts";
import { presenceRouter } from "./presence/router.ts";
import { type createCallerFactory, router } from "./trpc/init.ts";
import { workspaceRouter } from "./workspace/router.ts";

/** The features' types by name, because all procedures together are too long for a declaration. */
type Features = {
  auth: typeof authRouter;
  document: typeof documentRouter;
  file: typeof fileRouter;
  presence: typeof presenceRouter;
  workspace: typeof workspaceRouter;
};

export type AppRouter = ReturnType<typeof router<Features>>;

/** The procedures, called in this process. */
export type ProcedureCaller = ReturnType<ReturnType<typeof createCallerFactory<AppRouter["_def"]["record"]>>>;

/** The complete contract. */
export const appRouter: AppRouter = router<Features>({
  auth: authRouter,
  document: documentRouter,
  file: fileRouter,
  presence: presenceRouter,
  workspace: workspaceRouter,
});
