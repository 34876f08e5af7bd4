import {
  emptyResult,
  invitationCreated,
  invitationCreateInput,
  invitationList,
  invitationListInput,
  invitationPreview,
  invitationRevokeInput,
  invitationTokenInput,
  workspace,
} from "@mdreader/contract";

import { router } from "../../trpc/init.ts";
import {
  authedProcedure,
  publicProcedure,
  workspaceProcedure,
  workspaceQuery,
} from "../../trpc/procedures.ts";
import { acceptInvitation } from "./accept.ts";
import { createInvitation } from "./create.ts";
import { listInvitations } from "./list.ts";
import { previewInvitation } from "./preview.ts";
import { revokeInvitation } from "./revoke.ts";

export const invitationRouter = router({
  create: workspaceProcedure("invitation.create")
    .meta({ action: "invitation.create", hasSecretResult: true })
    .input(invitationCreateInput)
    .output(invitationCreated)
    .mutation(({ ctx, input }) => createInvitation(ctx, ctx.access, input)),
  list: workspaceQuery("invitation.list")
    .input(invitationListInput)
    .output(invitationList)
    .query(({ ctx, input }) => listInvitations(ctx, ctx.check, input)),
  revoke: workspaceProcedure("invitation.revoke")
    .input(invitationRevokeInput)
    .output(emptyResult)
    .mutation(({ ctx, input }) => revokeInvitation(ctx, ctx.access, input)),
  /** A mutation although it changes nothing: the input of a query is in the URL, where no token may appear. */
  preview: publicProcedure
    .input(invitationTokenInput)
    .output(invitationPreview)
    .mutation(({ ctx, input }) => previewInvitation(ctx, input)),
  accept: authedProcedure("account.acceptInvitation")
    .input(invitationTokenInput)
    .output(workspace)
    .mutation(({ ctx, input }) => acceptInvitation(ctx, ctx.access, input)),
});
