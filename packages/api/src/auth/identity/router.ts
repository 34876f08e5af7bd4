import {
  emptyResult,
  identity,
  identityLinkInput,
  identityLinkStarted,
  identityList,
  identityListInput,
  identitySignOutUrl,
  identityStartLinkInput,
  identityUnlinkInput,
} from "@mdreader/contract";

import { router } from "../../trpc/init.ts";
import { authedProcedure, authedQuery } from "../../trpc/procedures.ts";
import { linkIdentity } from "./link.ts";
import { listIdentities } from "./list.ts";
import { getSignOutUrl } from "./sign-out-url.ts";
import { startLink } from "./start-link.ts";
import { unlinkIdentity } from "./unlink.ts";

const managedProcedure = authedProcedure("account.manage");

export const identityRouter = router({
  list: authedQuery("account.manage")
    .input(identityListInput)
    .output(identityList)
    .query(({ ctx, input }) => listIdentities(ctx, ctx.check, input)),
  startLink: managedProcedure
    .meta({ action: "account.manage", hasSecretResult: true })
    .input(identityStartLinkInput)
    .output(identityLinkStarted)
    .mutation(({ ctx, input }) => startLink(ctx, ctx.access, input)),
  link: managedProcedure
    .input(identityLinkInput)
    .output(identity)
    .mutation(({ ctx, input }) => linkIdentity(ctx, ctx.access, input)),
  unlink: managedProcedure
    .input(identityUnlinkInput)
    .output(emptyResult)
    .mutation(({ ctx, input }) => unlinkIdentity(ctx, ctx.access, input)),
  signOutUrl: managedProcedure
    .meta({ action: "account.manage", hasSecretResult: true })
    .output(identitySignOutUrl)
    .query(({ ctx }) => getSignOutUrl(ctx, ctx.access)),
});
