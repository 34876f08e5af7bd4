import { type Action, can, type Page as ListPage, type WorkspaceEvent, roles } from "@mdreader/contract";
import { documents, files, folders, users, workspaceEvents, workspaces } from "@mdreader/db";
import { and, asc, desc, eq, exists, gte, inArray, isNull, like, lt, or, type SQL, sql } from "drizzle-orm";
import { z } from "zod";

import { eventFingerprint } from "../access/events.ts";
import type { WorkspaceGate } from "../access/gate.ts";
import { cursorOf, type PageInput, pageOfRows } from "../pagination.ts";
import type { Numbered, Page } from "../realtime/stream.ts";
import { personColumns } from "./columns.ts";
import { personOf } from "./person.ts";

const seqCursor = cursorOf(z.int().min(1));

type ActivityGate = WorkspaceGate<"workspace.readActivity">;

/**
 * What happened in the workspace, the newest first. What an event was about is left out where the caller could not see
 * it now: things in the trash or gone for good are for those who may read the trash, invitations for those who may list
 * them.
 * @throws AppError BAD_CURSOR.
 */
export async function listActivity(
  gate: ActivityGate,
  { cursor, limit }: PageInput,
): Promise<ListPage<WorkspaceEvent>> {
  const before = seqCursor.decode(cursor);
  const { rows } = await gate.read(
    eventsIn(gate, before === null ? undefined : lt(workspaceEvents.seq, before))
      .orderBy(desc(workspaceEvents.seq))
      .limit(limit + 1),
  );
  return pageOfRows(rows, limit, ({ seq }) => seqCursor.encode(seq), toEvent);
}

/** How many events a follower is given at once. */
const eventsAtOnce = 200;

/** An event as it is followed, and what tells it from another one under its number. */
export interface FollowedEvent extends Numbered {
  event: WorkspaceEvent;
  fingerprint: string;
}

/** The events after one, and the fingerprint of that one; null where there is no such event. */
export interface EventsPage extends Page<FollowedEvent> {
  previous: string | null;
}

/**
 * What happened after an event, in order, with the same left out: as many as are given at once; and the number of the
 * newest event, from the same statement.
 */
export async function eventsAfter(gate: ActivityGate, seq: number): Promise<EventsPage> {
  const { rows } = await gate.read(
    gate.db
      .select({
        newest: workspaces.lastEventSeq,
        fingerprint: sql<string | null>`${eventFingerprint}`.as("fingerprint"),
        ...eventColumns(gate),
      })
      .from(workspaces)
      .leftJoin(
        workspaceEvents,
        and(eq(workspaceEvents.workspaceId, workspaces.id), gte(workspaceEvents.seq, seq)),
      )
      .leftJoin(users, eq(users.id, workspaceEvents.actorId))
      .where(eq(workspaces.id, gate.scope.workspaceId))
      .orderBy(asc(workspaceEvents.seq))
      .limit(eventsAtOnce + 1),
  );
  const found = rows.flatMap(({ seq: number, kind, at, fingerprint, ...event }) =>
    number === null || kind === null || at === null || fingerprint === null
      ? []
      : [{ seq: number, fingerprint, event: toEvent({ seq: number, kind, at, ...event }) }],
  );
  return {
    newest: rows[0]?.newest ?? 0,
    previous: found[0]?.seq === seq ? found[0].fingerprint : null,
    items: found.filter((item) => item.seq > seq),
  };
}

function eventColumns(gate: ActivityGate) {
  const visible = subjectVisible(gate);
  return {
    seq: workspaceEvents.seq,
    kind: workspaceEvents.kind,
    at: workspaceEvents.createdAt,
    ...personColumns,
    subjectId: sql<string | null>`case when ${visible} then ${workspaceEvents.subjectId} end`.as("subject"),
    subjectName: sql<string | null>`case when ${visible} then ${workspaceEvents.subjectName} end`.as("name"),
  };
}

function eventsIn(gate: ActivityGate, where: SQL | undefined) {
  return gate.db
    .select(eventColumns(gate))
    .from(workspaceEvents)
    .leftJoin(users, eq(users.id, workspaceEvents.actorId))
    .where(and(eq(workspaceEvents.workspaceId, gate.scope.workspaceId), where));
}

type EventRow = Omit<WorkspaceEvent, "actor"> & Parameters<typeof personOf>[0];

const toEvent = ({ seq, kind, at, subjectId, subjectName, ...actor }: EventRow): WorkspaceEvent => ({
  seq,
  kind,
  actor: personOf(actor),
  subjectId,
  subjectName,
  at,
});

/** Whether the caller may see what an event is about, as SQL over `workspace_events`. */
function subjectVisible({ db, scope }: ActivityGate): SQL {
  const { kind, subjectId, workspaceId } = workspaceEvents;
  const may = (action: Action) =>
    inArray(
      scope.role,
      roles.filter((role) => can(role, action)),
    );
  const lives = (things: typeof documents | typeof folders | typeof files) =>
    exists(
      db
        .select({ id: things.id })
        .from(things)
        .where(and(eq(things.id, subjectId), eq(things.workspaceId, workspaceId), isNull(things.deletedAt))),
    );
  return sql`case
    when ${or(like(kind, "document.%"), like(kind, "comment.%"), like(kind, "share.%"))} then ${or(may("document.readTrash"), lives(documents))}
    when ${like(kind, "folder.%")} then ${or(may("document.readTrash"), lives(folders))}
    when ${like(kind, "file.%")} then ${or(may("document.readTrash"), lives(files))}
    when ${like(kind, "invitation.%")} then ${may("invitation.list")}
    else true end`;
}
