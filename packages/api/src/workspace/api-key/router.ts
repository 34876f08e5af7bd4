import {
  emptyResult,
  workspaceApiKeyCreated,
  workspaceApiKeyCreateInput,
  workspaceApiKeyList,
  workspaceApiKeyListInput,
  workspaceApiKeyRevokeInput,
} from "@mdreader/contract";

import { router } from "../../trpc/init.ts";
import { workspaceProcedure, workspaceQuery } from "../../trpc/procedures.ts";
import { createWorkspaceApiKey } from "./create.ts";
import { listWorkspaceApiKeys } from "./list.ts";
import { revokeWorkspaceApiKey } from "./revoke.ts";

export const apiKeyRouter = router({
  create: workspaceProcedure("apiKey.create")
    .meta({ action: "apiKey.create", hasSecretResult: true })
    .input(workspaceApiKeyCreateInput)
    .output(workspaceApiKeyCreated)
    .mutation(({ ctx, input }) => createWorkspaceApiKey(ctx, ctx.access, input)),
  list: workspaceQuery("apiKey.list")
    .input(workspaceApiKeyListInput)
    .output(workspaceApiKeyList)
    .query(({ ctx, input }) => listWorkspaceApiKeys(ctx.check, input)),
  revoke: workspaceProcedure("apiKey.revoke")
    .input(workspaceApiKeyRevokeInput)
    .output(emptyResult)
    .mutation(({ ctx, input }) => revokeWorkspaceApiKey(ctx, ctx.access, input)),
});
