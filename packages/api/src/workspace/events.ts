import type { EventsInput } from "@mdreader/contract";
import { workspaceEvents, workspaces } from "@mdreader/db";
import { and, eq, sql } from "drizzle-orm";

import type { WorkspaceAccess } from "../access/authorize.ts";
import { checkWorkspace } from "../access/resource-checks.ts";
import type { Context } from "../context.ts";
import { AppError } from "../errors.ts";
import { type StreamUpdate, resumableStream } from "../realtime/stream.ts";
import { readEventsAfter, type FollowedEvent } from "./activity.ts";
import { eventFingerprint, subscribeEvents } from "./event-log.ts";

/** The event to resume after: its number, and its fingerprint if known. */
export interface LastEvent {
  seq: number;
  fingerprint: string | null;
}

/** Returns the event to resume after; null to start now. The last received event takes precedence. */
export function parseLastEventId({
  lastEventId,
  after,
}: Pick<EventsInput, "lastEventId" | "after">): LastEvent | null {
  if (!lastEventId) return after === undefined ? null : { seq: after, fingerprint: null };
  const [seq, fingerprint = null] = lastEventId.split("-");
  return { seq: Number(seq), fingerprint };
}

/** Creates the event id that clients resume from. */
export const formatEventId = ({ seq, fingerprint }: FollowedEvent): string => `${seq}-${fingerprint}`;

/**
 * Streams a workspace's events, after the given event or from now on: each event once, in order. Visibility is checked
 * when events are read.
 *
 * @throws AppError RESYNC_REQUIRED when the given event does not exist or has another fingerprint, such as after
 *   restoring a backup.
 */
export async function* streamEvents(
  ctx: Context,
  { workspaceId }: WorkspaceAccess<"workspace.readActivity">,
  after: LastEvent | null,
  signal: AbortSignal,
): AsyncGenerator<FollowedEvent, void> {
  const generation = await ctx.sequencePoller.generation();
  const start = after ?? (await readNewestEvent(ctx, workspaceId));
  let { fingerprint } = start;
  const source = {
    listen(onNews: (news: StreamUpdate<FollowedEvent>) => void) {
      const stopListening = subscribeEvents(ctx.bus, workspaceId, onNews);
      const stopPolling = ctx.sequencePoller.follow("workspace", workspaceId, onNews);
      return () => {
        stopListening();
        stopPolling();
      };
    },
    async fetch(seq: number) {
      const page = await readEventsAfter(checkWorkspace(ctx, "workspace.readActivity", workspaceId), seq);
      fingerprint ??= page.previous;
      if (fingerprint !== page.previous || (await ctx.sequencePoller.generation()) !== generation) {
        throw new AppError("RESYNC_REQUIRED");
      }
      return page;
    },
  };
  for await (const followed of resumableStream(source, start.seq, signal)) {
    ({ fingerprint } = followed);
    yield followed;
  }
}

async function readNewestEvent({ database }: Context, workspaceId: string): Promise<LastEvent> {
  const [row] = await database.db
    .select({ seq: workspaces.lastEventSeq, fingerprint: sql<string | null>`${eventFingerprint}` })
    .from(workspaces)
    .leftJoin(
      workspaceEvents,
      and(eq(workspaceEvents.workspaceId, workspaces.id), eq(workspaceEvents.seq, workspaces.lastEventSeq)),
    )
    .where(eq(workspaces.id, workspaceId));
  return row ?? { seq: 0, fingerprint: null };
}
