import type { EventKind, WorkspaceAction } from "@mdreader/contract";
import { type Tx, workspaceEvents, workspaceMembers, workspaces } from "@mdreader/db";
import { and, eq, sql } from "drizzle-orm";
import type { Services } from "../context.ts";
import { AppError } from "../errors.ts";
import { authorize, type WorkspaceAccess } from "./authorize.ts";

/** Something that others in the workspace should see. */
export interface NewEvent {
  kind: EventKind;
  /** The id of what it is about, and what that is called. */
  subjectId?: string | null;
  subjectName?: string | null;
  data?: Record<string, string | number | boolean | null>;
}

/** A transaction that changes something in a workspace. */
export interface Change {
  readonly tx: Tx;
  /** Notes an event. It is numbered and written with the commit of the change, or not at all. */
  record(event: NewEvent): void;
}

/**
 * Changes something in a workspace, in one transaction.
 *
 * The caller's membership is held still until the commit: whoever takes a role away waits for the change, and a change
 * that comes after finds the role gone. The events are numbered last, under the workspace's row lock, so that the
 * numbers have no gaps and the lock is held as shortly as can be. Subscribers are told after the commit.
 *
 * @throws AppError NOT_FOUND or ROLE_TOO_LOW, when the access that was granted has been lost meanwhile.
 */
export async function change<A extends WorkspaceAction, T>(
  services: Pick<Services, "database" | "bus">,
  action: A,
  access: WorkspaceAccess<A>,
  work: (change: Change) => Promise<T>,
): Promise<T> {
  const { workspaceId, caller } = access;
  const { result, lastSeq } = await services.database.db.transaction(async (tx) => {
    const [member] = await tx
      .select({ role: workspaceMembers.role })
      .from(workspaceMembers)
      .where(and(eq(workspaceMembers.workspaceId, workspaceId), eq(workspaceMembers.userId, caller.userId)))
      .for("share");
    authorize(action, { caller, role: member?.role ?? null });
    const events: NewEvent[] = [];
    const result = await work({ tx, record: (event) => events.push(event) });
    return { result, lastSeq: await append(tx, workspaceId, caller.userId, events) };
  });
  if (lastSeq !== null) announceEvents(services, workspaceId, lastSeq);
  return result;
}

/** Tells a workspace's subscribers that there are events up to `lastSeq`. To be called after their commit. */
export function announceEvents({ bus }: Pick<Services, "bus">, workspaceId: string, lastSeq: number): void {
  bus.publish(`workspace:${workspaceId}`, { seq: lastSeq });
}

/**
 * Writes events under the next numbers of their workspace. For changes that are no member's, such as joining.
 * @returns The number of the last one; null without events.
 * @throws AppError NOT_FOUND when the workspace is gone.
 */
export async function append(
  tx: Tx,
  workspaceId: string,
  actorId: string | null,
  events: readonly NewEvent[],
): Promise<number | null> {
  if (events.length === 0) return null;
  const [workspace] = await tx
    .update(workspaces)
    .set({ lastEventSeq: sql`${workspaces.lastEventSeq} + ${events.length}` })
    .where(eq(workspaces.id, workspaceId))
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
