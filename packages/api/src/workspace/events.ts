import type { WorkspaceEvent } from "@mdreader/contract";
import { workspaces } from "@mdreader/db";
import { eq } from "drizzle-orm";

import type { WorkspaceAccess } from "../access/authorize.ts";
import { onEvents } from "../access/events.ts";
import { workspaceGate } from "../access/gate.ts";
import type { Context } from "../context.ts";
import { AppError } from "../errors.ts";
import { resumable } from "../realtime/stream.ts";
import { eventsAfter } from "./activity.ts";

/**
 * What happens in a workspace, from event `after` on, or, without it, from now on: each event once, in order. What each
 * reader may see of them is decided as they are read.
 *
 * @throws AppError RESYNC_REQUIRED for a number that no event has reached, or whose successor is not kept any more.
 */
export async function* followWorkspace(
  ctx: Context,
  { workspaceId }: WorkspaceAccess<"workspace.readActivity">,
  after: number | null,
  signal: AbortSignal,
): AsyncGenerator<WorkspaceEvent, void> {
  const generation = await ctx.lookout.generation();
  const begin = after ?? (await newestEvent(ctx, workspaceId));
  yield* resumable(
    {
      listen(onNews) {
        const stopListening = onEvents(ctx.bus, workspaceId, onNews);
        const stopLooking = ctx.lookout.follow("workspace", workspaceId, onNews);
        return () => {
          stopListening();
          stopLooking();
        };
      },
      async fetch(seq) {
        const page = await eventsAfter(workspaceGate(ctx, "workspace.readActivity", workspaceId), seq);
        if ((await ctx.lookout.generation()) !== generation) throw new AppError("RESYNC_REQUIRED");
        return page;
      },
    },
    begin,
    signal,
  );
}

async function newestEvent({ database }: Context, workspaceId: string): Promise<number> {
  const [row] = await database.db
    .select({ lastSeq: workspaces.lastEventSeq })
    .from(workspaces)
    .where(eq(workspaces.id, workspaceId));
  return row?.lastSeq ?? 0;
}
