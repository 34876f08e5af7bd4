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

import { documentGate, presented, workspaceGate } from "../access/gate.ts";
import { guarded } from "../access/guarded.ts";
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

const never = new AbortController().signal;

export const presenceRouter = router({
  stream: documentInProcedure("document.read")
    .input(presenceStreamInput)
    .subscription(({ ctx, input, signal = never }) =>
      guarded(
        {
          watch: ctx.accessWatch,
          credential: presented(ctx),
          access: ctx.access,
          documentId: input.documentId,
          check: () => documentGate(ctx, "document.read", input.documentId).pass(),
          signal,
        },
        (until) => joinRoom(ctx, ctx.access, input.clientId, until),
      ),
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
    .subscription(({ ctx, input, signal = never }) =>
      guarded(
        {
          watch: ctx.accessWatch,
          credential: presented(ctx),
          access: ctx.access,
          check: () => workspaceGate(ctx, "workspace.read", input.workspaceId).pass(),
          signal,
        },
        (until) => ctx.presence.watchWorkspace(input.workspaceId, until),
      ),
    ),

  sessions: authedQuery("account.read")
    .input(connectionListInput)
    .output(connectionList)
    .query(({ ctx, input }) => listConnections(ctx.gate, input)),
});
