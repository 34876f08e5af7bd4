import {
  connectionList,
  connectionListInput,
  presenceList,
  presenceListInput,
  presenceStreamInput,
  presenceUpdated,
  presenceUpdateInput,
  workspacePresenceInput,
} from "@mdreader/contract";

import { guardDocumentStream, guardWorkspaceStream } from "../access/monitor/guarded-stream.ts";
import { router } from "../trpc/init.ts";
import {
  authedQuery,
  documentProcedure,
  documentQuery,
  streamAuthorizedProcedure,
  workspaceProcedure,
} from "../trpc/procedures.ts";
import { listConnections } from "./connections.ts";
import { listPresence } from "./list.ts";
import { streamRoom } from "./stream.ts";
import { updatePresence } from "./update.ts";

export const presenceRouter = router({
  stream: documentProcedure("document.read")
    .input(presenceStreamInput)
    .subscription(({ ctx, input, signal }) =>
      guardDocumentStream(ctx, signal, (until) => streamRoom(ctx, ctx.access, input.clientId, until)),
    ),

  update: streamAuthorizedProcedure("document.read")
    .meta({ action: "document.read", isRepeatable: true })
    .input(presenceUpdateInput)
    .output(presenceUpdated)
    .mutation(({ ctx, input }) => updatePresence(ctx, input)),

  list: documentQuery("document.read")
    .input(presenceListInput)
    .output(presenceList)
    .query(({ ctx }) => listPresence(ctx.presence, ctx.check)),

  workspace: workspaceProcedure("workspace.read")
    .input(workspacePresenceInput)
    .subscription(({ ctx, input, signal }) =>
      guardWorkspaceStream(ctx, signal, (until) => ctx.presence.subscribeWorkspace(input.workspaceId, until)),
    ),

  connections: authedQuery("account.listConnections")
    .input(connectionListInput)
    .output(connectionList)
    .query(({ ctx, input }) => listConnections(ctx.check, input)),
});
