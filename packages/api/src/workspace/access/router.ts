import { accessExplainInput, accessExplanation } from "@mdreader/contract";

import { router } from "../../trpc/init.ts";
import { workspaceQuery } from "../../trpc/procedures.ts";
import { explainAccess } from "./explain.ts";

export const accessRouter = router({
  explain: workspaceQuery("access.explain")
    .input(accessExplainInput)
    .output(accessExplanation)
    .query(({ ctx, input }) => explainAccess(ctx, ctx.check, input)),
});
