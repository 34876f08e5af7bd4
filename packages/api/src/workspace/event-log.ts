import { type AuditAction, auditActions, type EventKind } from "@mdreader/contract";
import { executePrepared, type Tx, workspaceEvents } from "@mdreader/db";
import { sql } from "drizzle-orm";

import type { Caller } from "../access/identity.ts";
import type { DeletionState } from "../access/resources.ts";
import { hasCallerSecondFactor, lacksRequiredSecondFactor } from "../access/second-factor-proof.ts";
import { type AuditRecord, type AuditSource, recordAudit } from "../auth/admin/audit/record.ts";
import { AppError } from "../errors.ts";
import type { Bus, Ports } from "../ports.ts";

/** A change that other members should see. */
export interface NewEvent {
  kind: EventKind;
  /** The id and name of the event's subject. */
  subjectId?: string | null;
  subjectName?: string | null;
  data?: Record<string, string | number | boolean | null>;
}

/** An event, with its workspace. */
export interface NewWorkspaceEvent {
  workspaceId: string;
  event: NewEvent;
}

/** The number of the last event that was written in a workspace; null if none was. */
export interface WrittenEvents {
  workspaceId: string;
  lastSeq: number | null;
}

/** The data of an event about something that may have got another name. */
export const describeRename = (before: string, after: string): Pick<NewEvent, "data"> =>
  before === after ? {} : { data: { previousName: before } };

/** The data of an event about something that was in another folder, or at the top level for null. */
export const describeMove = (folderId: string | null): Pick<NewEvent, "data"> => ({
  data: { previousFolderId: folderId },
});

/** Records an event. It is numbered and written at the commit, or not at all. */
export type EmitEvent = (event: NewEvent) => void;

/** The actor and the workspace of the events. */
export interface EventSource {
  workspaceId: string;
  actorId: string | null;
  /** The state in which the change leaves the workspace: live, unless the change deletes it. */
  deletionState?: DeletionState;
  /** The member whose call makes the change; omitted if a workspace's requirement of a second factor doesn't concern it. */
  caller?: Caller;
}

/**
 * Runs a transaction that changes something in a workspace. The events are numbered last, under the workspace's row
 * lock, so that the numbers have no gaps and the lock is held as briefly as possible. Subscribers are notified after
 * the commit.
 *
 * @throws AppError NOT_FOUND, rolling back, when the workspace was deleted in the meantime;
 *   WORKSPACE_SECOND_FACTOR_REQUIRED, rolling back, when it requires a second factor that the caller lacks.
 */
export async function withEvents<T>(
  services: Pick<Ports, "database" | "bus"> & AuditSource,
  { workspaceId, actorId, deletionState = "live", caller }: EventSource,
  work: (tx: Tx, emit: EmitEvent) => Promise<T>,
): Promise<T> {
  const done = await services.database.db.transaction(async (tx) => {
    const events: NewEvent[] = [];
    const result = await work(tx, (event) => events.push(event));
    const expected = { state: deletionState, caller };
    if (events.length === 0 && caller !== undefined) await assertHasRequiredFactor(tx, workspaceId, caller);
    return { result, lastSeq: await insertEvents(tx, workspaceId, actorId, events, expected, services) };
  });
  if (done.lastSeq !== null) publishEvents(services, workspaceId, done.lastSeq);
  return done.result;
}

/** Notifies a workspace's subscribers of events up to `lastSeq`. Must be called after the commit. */
export function publishEvents({ bus }: Pick<Ports, "bus">, workspaceId: string, lastSeq: number): void {
  bus.publish(toEventChannel(workspaceId), { seq: lastSeq });
}

/** Listens for the numbers of new events, until the returned function is called. */
export function subscribeEvents(
  bus: Bus,
  workspaceId: string,
  listener: (update: { upTo: number }) => void,
): () => void {
  return bus.subscribe(toEventChannel(workspaceId), ({ seq }) => {
    // An empty message means that some may have been lost, so subscribers must read the log.
    listener({ upTo: typeof seq === "number" ? seq : Number.MAX_SAFE_INTEGER });
  });
}

/**
 * Distinguishes an event from another event with the same number in a different history of the database, such as after
 * restoring a backup: its time in microseconds. The number and this value form the id of an event in streams.
 */
export const eventFingerprint = sql<string>`(extract(epoch from ${workspaceEvents.createdAt}) * 1000000)::bigint::text`;

/**
 * The kind of an event. Servers of versions that don't know `folder.reordered` run on the same database, so such an event is
 * stored as one of a folder that moved, with a mark.
 */
export const eventKindColumn = sql<EventKind>`case when ${workspaceEvents.data} ->> 'reordered' = 'true'
  then 'folder.reordered' else ${workspaceEvents.kind} end`;

/** Returns an event as it is stored. */
const toStored = (event: NewEvent): NewEvent =>
  event.kind === "folder.reordered"
    ? { ...event, kind: "folder.moved", data: { ...event.data, reordered: true } }
    : event;

const toEventChannel = (workspaceId: string) => `workspace:${workspaceId}`;

/**
 * Writes events under the next numbers of their workspace. A transaction must make its other changes first, because the
 * workspace's row is always the last lock that a change acquires.
 *
 * The audit log gets those that concern access.
 *
 * @param expected The state that the workspace must be in; any, if omitted. The caller must have a second factor if
 *   the workspace requires one, according to the locked row.
 * @param source The origin of the change, for the audit log.
 * @returns The number of the last event; null without events.
 * @throws AppError NOT_FOUND when the workspace does not exist or is in another state; WORKSPACE_SECOND_FACTOR_REQUIRED.
 */
export async function insertEvents(
  tx: Tx,
  workspaceId: string,
  actorId: string | null,
  events: readonly NewEvent[],
  { state, caller }: { state?: DeletionState; caller?: Caller | undefined },
  source: AuditSource = {},
): Promise<number | null> {
  if (events.length === 0) return null;
  // Before the workspace's row is locked.
  await recordAudit(tx, source, ...toAuditRecords(workspaceId, actorId, events));
  const list = <T>(read: (event: NewEvent) => T) => sql.param(events.map((event) => read(toStored(event))));
  const [workspace] = await executePrepared<{ lastSeq: string }>(
    tx,
    sql`
    with workspace as (
      update workspaces set last_event_seq = last_event_seq + ${events.length}::int
      where id = ${workspaceId}::uuid
        and (${state ?? null}::text is null or (deleted_at is null) = (${state ?? null}::text = 'live'))
        and (not second_factor_required or ${caller === undefined ? sql`true` : hasCallerSecondFactor(caller)})
      returning last_event_seq
    ), inserted as (
      insert into workspace_events (workspace_id, seq, kind, actor_id, subject_id, subject_name, data)
      select ${workspaceId}::uuid, last_event_seq - ${events.length}::int + event.number, event.kind, ${actorId}::uuid,
        event.subject_id, event.subject_name, event.data
      from workspace, unnest(
        ${list(({ kind }) => kind)}::text[], ${list(({ subjectId }) => subjectId ?? null)}::uuid[],
        ${list(({ subjectName }) => subjectName ?? null)}::text[],
        ${list(({ data }) => (data ? JSON.stringify(data) : null))}::jsonb[]
      ) with ordinality as event (kind, subject_id, subject_name, data, number)
    )
    select last_event_seq as "lastSeq" from workspace`,
  );
  if (workspace === undefined) throw await findRefusal(tx, workspaceId, caller);
  return Number(workspace.lastSeq);
}

/** Events per insert statement. */
const maxEventsPerStatement = 1000;

/**
 * Writes events of several workspaces. The workspaces' rows are locked last, and in a fixed order, as in every change.
 * @param source The origin of the change, for the audit log.
 */
export async function insertEventsByWorkspace(
  tx: Tx,
  actorId: string | null,
  events: readonly NewWorkspaceEvent[],
  source?: AuditSource,
): Promise<WrittenEvents[]> {
  const byWorkspace = Map.groupBy(events, ({ workspaceId }) => workspaceId);
  const written: WrittenEvents[] = [];
  for (const workspaceId of [...byWorkspace.keys()].toSorted()) {
    const added = byWorkspace.get(workspaceId) ?? [];
    for (let at = 0; at < added.length; at += maxEventsPerStatement) {
      const part = added.slice(at, at + maxEventsPerStatement).map(({ event }) => event);
      written.push({
        workspaceId,
        lastSeq: await insertEvents(tx, workspaceId, actorId, part, {}, source),
      });
    }
  }
  return written;
}

type AuditedKind = EventKind & AuditAction;

/** Finds the reason for which a workspace got no events. */
async function findRefusal(tx: Tx, workspaceId: string, caller: Caller | undefined): Promise<AppError> {
  if (caller !== undefined) await assertHasRequiredFactor(tx, workspaceId, caller);
  return new AppError("NOT_FOUND");
}

/**
 * Checks again that a caller has the second factor that the workspace requires. While the caller's membership is locked,
 * a requirement waits for the commit.
 * @throws AppError WORKSPACE_SECOND_FACTOR_REQUIRED
 */
async function assertHasRequiredFactor(tx: Tx, workspaceId: string, caller: Caller): Promise<void> {
  const lacksFactor = lacksRequiredSecondFactor(caller, sql`${workspaceId}::uuid`);
  const [found] = await executePrepared<{ lacksFactor: boolean }>(
    tx,
    sql`select ${lacksFactor} as "lacksFactor"`,
  );
  if (found?.lacksFactor === true) throw new AppError("WORKSPACE_SECOND_FACTOR_REQUIRED");
}

const audited: ReadonlySet<string> = new Set(auditActions);

/** Whether the audit log records an event too: under the same name. */
const isAudited = (kind: EventKind): kind is AuditedKind => audited.has(kind);

const toAuditRecords = (
  workspaceId: string,
  actorId: string | null,
  events: readonly NewEvent[],
): AuditRecord[] =>
  events.flatMap(({ kind, subjectId = null, subjectName = null, data = null }) => {
    if (!isAudited(kind)) return [];
    const actor = actorId === null ? null : { userId: actorId };
    // The subject of some events is the workspace itself.
    const target = { id: subjectId ?? workspaceId, name: subjectName };
    return { action: kind, actor, target, workspaceId, details: data };
  });
