import { claimInput, user } from "@mdreader/contract";

import { router } from "../../trpc/init.ts";
import { authedProcedure } from "../../trpc/procedures.ts";
import { auditRouter } from "./audit/router.ts";
import { claimInstance } from "./claim.ts";
import { settingsRouter } from "./settings/router.ts";
import { systemRouter } from "./system/router.ts";
import { userRouter } from "./user/router.ts";
import { workspaceRouter } from "./workspace/router.ts";

export const adminRouter = router({
  claim: authedProcedure("account.manage")
    .input(claimInput)
    .output(user)
    .mutation(({ ctx, input }) => claimInstance(ctx, ctx.access, input)),

  audit: auditRouter,
  settings: settingsRouter,
  system: systemRouter,
  user: userRouter,
  workspace: workspaceRouter,
});
