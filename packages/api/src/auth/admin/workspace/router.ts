import {
  adoptWorkspaceInput,
  emptyResult,
  managedWorkspaceList,
  managedWorkspaceListInput,
  setQuotaInput,
} from "@mdreader/contract";

import { router } from "../../../trpc/init.ts";
import { instanceProcedure, instanceQuery } from "../../../trpc/procedures.ts";
import { adoptWorkspace } from "./adopt.ts";
import { listManagedWorkspaces } from "./list.ts";
import { setQuota } from "./set-quota.ts";

export const workspaceRouter = router({
  list: instanceQuery("instance.listWorkspaces")
    .input(managedWorkspaceListInput)
    .output(managedWorkspaceList)
    .query(({ ctx, input }) => listManagedWorkspaces(ctx.check, input)),
  adopt: instanceProcedure("instance.adoptWorkspace")
    .input(adoptWorkspaceInput)
    .output(emptyResult)
    .mutation(({ ctx, input }) => adoptWorkspace(ctx, ctx.access, input)),
  setQuota: instanceProcedure("instance.updateQuota")
    .input(setQuotaInput)
    .output(emptyResult)
    .mutation(({ ctx, input }) => setQuota(ctx, ctx.access, input)),
});
