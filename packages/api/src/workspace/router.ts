import {
  activityInput,
  activityList,
  contents,
  contentsInput,
  emptyResult,
  editsInput,
  eventsInput,
  texts,
  textsInput,
  transferOwnershipInput,
  workspace,
  workspaceCreateInput,
  workspaceInput,
  workspaceState,
  workspaceList,
  workspaceListInput,
  workspaceRequireSecondFactorInput,
  workspaceUpdateInput,
} from "@mdreader/contract";
import { tracked } from "@trpc/server";

import { guardWorkspaceStream } from "../access/monitor/guarded-stream.ts";
import { streamEdits } from "../document/collab/read/edit-notifier.ts";
import { router } from "../trpc/init.ts";
import {
  authedProcedure,
  authedQuery,
  workspaceByIdProcedure,
  workspaceByIdQuery,
  workspaceProcedure,
  workspaceQuery,
} from "../trpc/procedures.ts";
import { accessRouter } from "./access/router.ts";
import { listActivity } from "./activity.ts";
import { apiKeyRouter } from "./api-key/router.ts";
import { listContents } from "./contents.ts";
import { createWorkspace } from "./create.ts";
import { deleteWorkspace } from "./delete.ts";
import { formatEventId, streamEvents, parseLastEventId } from "./events.ts";
import { getWorkspace } from "./get.ts";
import { invitationRouter } from "./invitation/router.ts";
import { leaveWorkspace } from "./leave.ts";
import { listWorkspaces } from "./list.ts";
import { memberRouter } from "./member/router.ts";
import { requireSecondFactor } from "./require-second-factor.ts";
import { restoreWorkspace } from "./restore.ts";
import { readTexts } from "./texts.ts";
import { transferOwnership } from "./transfer-ownership.ts";
import { updateWorkspace } from "./update.ts";

export const workspaceRouter = router({
  create: authedProcedure("account.createWorkspace")
    .input(workspaceCreateInput)
    .output(workspace)
    .mutation(({ ctx, input }) => createWorkspace(ctx, ctx.access, input)),
  list: authedQuery("account.listWorkspaces")
    .input(workspaceListInput)
    .output(workspaceList)
    .query(({ ctx, input }) => listWorkspaces(ctx.check, input)),
  get: workspaceByIdQuery("workspace.read")
    .input(workspaceInput)
    .output(workspaceState)
    .query(({ ctx }) => getWorkspace(ctx.check)),
  update: workspaceByIdProcedure("workspace.update")
    .input(workspaceUpdateInput)
    .output(workspace)
    .mutation(({ ctx, input }) => updateWorkspace(ctx, ctx.access, input)),
  requireSecondFactor: workspaceByIdProcedure("workspace.requireSecondFactor")
    .input(workspaceRequireSecondFactorInput)
    .output(workspace)
    .mutation(({ ctx, input }) => requireSecondFactor(ctx, ctx.access, input)),
  delete: workspaceByIdProcedure("workspace.delete")
    .input(workspaceInput)
    .output(emptyResult)
    .mutation(({ ctx }) => deleteWorkspace(ctx, ctx.access)),
  restore: workspaceByIdProcedure("workspace.restore", "trash")
    .input(workspaceInput)
    .output(workspace)
    .mutation(({ ctx }) => restoreWorkspace(ctx, ctx.access)),
  leave: workspaceByIdProcedure("workspace.leave")
    .input(workspaceInput)
    .output(emptyResult)
    .mutation(({ ctx }) => leaveWorkspace(ctx, ctx.access)),
  transferOwnership: workspaceByIdProcedure("workspace.transfer")
    .input(transferOwnershipInput)
    .output(emptyResult)
    .mutation(({ ctx, input }) => transferOwnership(ctx, ctx.access, input)),
  activity: workspaceQuery("workspace.readActivity")
    .input(activityInput)
    .output(activityList)
    .query(({ ctx, input }) => listActivity(ctx.check, input)),

  contents: workspaceQuery("document.read")
    .input(contentsInput)
    .output(contents)
    .query(({ ctx, input }) => listContents(ctx, ctx.check, input)),

  texts: workspaceQuery("document.read")
    .input(textsInput)
    .output(texts)
    .query(({ ctx, input }) => readTexts(ctx, ctx.check, input)),

  events: workspaceProcedure("workspace.readActivity")
    .input(eventsInput)
    .subscription(async function* ({ ctx, input, signal }) {
      const events = guardWorkspaceStream(ctx, signal, (until) =>
        streamEvents(ctx, ctx.access, parseLastEventId(input), until),
      );
      for await (const followed of events) yield tracked(formatEventId(followed), followed.event);
    }),

  edits: workspaceProcedure("document.read")
    .input(editsInput)
    .subscription(({ ctx, input, signal }) =>
      guardWorkspaceStream(ctx, signal, (until) => streamEdits(ctx.bus, input.workspaceId, until)),
    ),

  access: accessRouter,
  apiKey: apiKeyRouter,
  member: memberRouter,
  invitation: invitationRouter,
});
