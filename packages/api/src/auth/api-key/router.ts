import {
  apiKeyCreated,
  apiKeyCreateInput,
  apiKeyList,
  apiKeyListInput,
  apiKeyRevokeInput,
  emptyResult,
} from "@mdreader/contract";

import { router } from "../../trpc/init.ts";
import { authedProcedure, authedQuery } from "../../trpc/procedures.ts";
import { createApiKey } from "./create.ts";
import { listApiKeys } from "./list.ts";
import { revokeApiKey } from "./revoke.ts";

const managedProcedure = authedProcedure("account.manage");

export const apiKeyRouter = router({
  create: managedProcedure
    .meta({ action: "account.manage", hasSecretResult: true })
    .input(apiKeyCreateInput)
    .output(apiKeyCreated)
    .mutation(({ ctx, input }) => createApiKey(ctx, ctx.access, input)),
  list: authedQuery("account.manage")
    .input(apiKeyListInput)
    .output(apiKeyList)
    .query(({ ctx, input }) => listApiKeys(ctx.check, input)),
  revoke: managedProcedure
    .input(apiKeyRevokeInput)
    .output(emptyResult)
    .mutation(({ ctx, input }) => revokeApiKey(ctx, ctx.access, input)),
});
