import {
  connectionList,
  connectionListInput,
  presenceList,
  presenceListInput,
  presenceStreamInput,
  presenceUpdated,
  presenceUpdateInput,
  whereInput,
} from "@mdreader/contract";

import { documentStream, workspaceStream } from "../access/stream.ts";
import { router } from "../trpc/init.ts";
import {
  authedQuery,
  documentInProcedure,
  documentInQuery,
  streamedProcedure,
  workspaceProcedure,
} from "../trpc/procedures.ts";
import { listConnections } from "./connections.ts";
import { listPresence } from "./list.ts";
import { joinRoom, updatePresence } from "./stream.ts";

export const presenceRouter = router({
  stream: documentInProcedure("document.read")
    .input(presenceStreamInput)
    .subscription(({ ctx, input, signal }) =>
      documentStream(ctx, signal, (until) => joinRoom(ctx, ctx.access, input.clientId, until)),
    ),

  update: streamedProcedure("document.read")
    .input(presenceUpdateInput)
    .output(presenceUpdated)
    .mutation(({ ctx, input }) => updatePresence(ctx, input)),

  list: documentInQuery("document.read")
    .input(presenceListInput)
    .output(presenceList)
    .query(({ ctx }) => listPresence(ctx.presence, ctx.gate)),

  workspace: workspaceProcedure("workspace.read")
    .input(whereInput)
    .subscription(({ ctx, input, signal }) =>
      workspaceStream(ctx, signal, (until) => ctx.presence.watchWorkspace(input.workspaceId, until)),
    ),

  connections: authedQuery("account.read")
    .input(connectionListInput)
    .output(connectionList)
    .query(({ ctx, input }) => listConnections(ctx.gate, input)),
});
