import { workspace, workspaceInput } from "@mdreader/contract";
import { router } from "../trpc/init.ts";
import { workspaceItselfQuery } from "../trpc/procedures.ts";
import { getWorkspace } from "./get.ts";

export const workspaceRouter = router({
  get: workspaceItselfQuery("workspace.read")
    .input(workspaceInput)
    .output(workspace)
    .query(({ ctx }) => getWorkspace(ctx.gate)),
});
