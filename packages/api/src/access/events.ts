import type { EventKind } from "@mdreader/contract";
import { type Tx, workspaceEvents, workspaces } from "@mdreader/db";
import { and, eq, isNotNull, isNull, sql } from "drizzle-orm";

import type { Services } from "../context.ts";
import { AppError } from "../errors.ts";
import type { Bus } from "../ports.ts";
import type { DeletionState } from "./subject-queries.ts";

/** Something that others in the workspace should see. */
export interface NewEvent {
  kind: EventKind;
  /** The id of what it is about, and what that is called. */
  subjectId?: string | null;
  subjectName?: string | null;
  data?: Record<string, string | number | boolean | null>;
}

/** Notes an event. It is numbered and written with the commit of the change, or not at all. */
export type EmitEvent = (event: NewEvent) => void;

/** Whose events these are, and where. */
export interface EventSource {
  workspaceId: string;
  actorId: string | null;
  /** The state in which the change leaves the workspace: live, unless it is the one that deletes it. */
  deletionState?: DeletionState;
}

/**
 * Runs a transaction that changes something in a workspace. The events are numbered last, under the workspace's row
 * lock, so that the numbers have no gaps and the lock is held as shortly as can be. Subscribers are told after the
 * commit.
 *
 * @throws AppError NOT_FOUND, undoing all, when the workspace was deleted meanwhile.
 */
export async function withEvents<T>(
  services: Pick<Services, "database" | "bus">,
  { workspaceId, actorId, deletionState = "live" }: EventSource,
  work: (tx: Tx, record: EmitEvent) => Promise<T>,
): Promise<T> {
  const done = await services.database.db.transaction(async (tx) => {
    const events: NewEvent[] = [];
    const result = await work(tx, (event) => events.push(event));
    return { result, lastSeq: await insertEvents(tx, workspaceId, actorId, events, deletionState) };
  });
  if (done.lastSeq !== null) publishEvents(services, workspaceId, done.lastSeq);
  return done.result;
}

/** Tells a workspace's subscribers that there are events up to `lastSeq`. To be called after their commit. */
export function publishEvents({ bus }: Pick<Services, "bus">, workspaceId: string, lastSeq: number): void {
  bus.publish(eventChannel(workspaceId), { seq: lastSeq });
}

/** Listens for the numbers of new events, until the answer is called. */
export function subscribeEvents(
  bus: Bus,
  workspaceId: string,
  heard: (news: { upTo: number }) => void,
): () => void {
  return bus.subscribe(eventChannel(workspaceId), ({ seq }) => {
    // A message that says nothing asks to look: some may have been lost.
    heard({ upTo: typeof seq === "number" ? seq : Number.MAX_SAFE_INTEGER });
  });
}

/**
 * Tells an event from another one that has its number in another past of the database: when it was, in microseconds.
 * The number and this are the id of an event in streams.
 */
export const eventFingerprint = sql<string>`(extract(epoch from ${workspaceEvents.createdAt}) * 1000000)::bigint::text`;

const eventChannel = (workspaceId: string) => `workspace:${workspaceId}`;

/**
 * Writes events under the next numbers of their workspace. What else the transaction changes, it changes before: the
 * workspace's row is the last thing that any change holds.
 *
 * @param state The state that the workspace must be in; either, without it.
 * @returns The number of the last event; null without events.
 * @throws AppError NOT_FOUND when the workspace is gone, or in another state.
 */
export async function insertEvents(
  tx: Tx,
  workspaceId: string,
  actorId: string | null,
  events: readonly NewEvent[],
  state?: DeletionState,
): Promise<number | null> {
  if (events.length === 0) return null;
  const inState = state && (state === "live" ? isNull : isNotNull)(workspaces.deletedAt);
  const [workspace] = await tx
    .update(workspaces)
    .set({ lastEventSeq: sql`${workspaces.lastEventSeq} + ${events.length}` })
    .where(and(eq(workspaces.id, workspaceId), inState))
    .returning({ lastSeq: workspaces.lastEventSeq });
  if (workspace === undefined) throw new AppError("NOT_FOUND");
  const { lastSeq } = workspace;
  const first = lastSeq - events.length + 1;
  await tx.insert(workspaceEvents).values(
    events.map(({ kind, subjectId = null, subjectName = null, data = null }, index) => ({
      workspaceId,
      seq: first + index,
      kind,
      actorId,
      subjectId,
      subjectName,
      data,
    })),
  );
  return lastSeq;
}
