import {
  type Action,
  type ActivityInput,
  can,
  type EventKind,
  type Page as ListPage,
  type WorkspaceEvent,
  roles,
} from "@mdreader/contract";
import { documents, files, folders, toIsoTimestamp, users, workspaceEvents, workspaces } from "@mdreader/db";
import { and, asc, desc, eq, exists, gte, inArray, isNull, like, lt, or, type SQL, sql } from "drizzle-orm";
import { z } from "zod";

import type { WorkspaceCheck } from "../access/resource-checks.ts";
import type { Sequenced, Page } from "../realtime/stream.ts";
import { selectAsJson, selectNamed } from "../util/json-rows.ts";
import { countPreparedRows, createPageCursor, toPage } from "../util/pagination.ts";
import { personColumns } from "./columns.ts";
import { eventFingerprint, eventKindColumn } from "./event-log.ts";
import { toPerson, isVisibleUser } from "./person.ts";

const seqCursor = createPageCursor(z.int().min(1));
/** The position after all events. */
const highestSeq = Number.MAX_SAFE_INTEGER;

/** Matches the events that are listed unless others are asked for: placing items says little, and happens often. */
const isListed = sql`${eventKindColumn} <> 'folder.reordered'`;

type ActivityCheck = WorkspaceCheck<"workspace.readActivity">;

/**
 * Lists the workspace's events, newest first. An event's subject is omitted if the caller cannot see it now: resources
 * in the trash or permanently deleted require permission to read the trash, invitations permission to list them.
 * New orders of a folder are listed only if `kinds` has them.
 * @throws AppError BAD_CURSOR.
 */
export async function listActivity(
  check: ActivityCheck,
  { cursor, limit, subjectId, ...filters }: ActivityInput,
): Promise<ListPage<WorkspaceEvent>> {
  const before = seqCursor.decode(cursor);
  if (subjectId !== undefined) return listBySubject(check, subjectId, { before, limit, ...filters });
  if (filters.actorId !== undefined || filters.kinds !== undefined)
    return listFiltered(check, { before, limit, ...filters });
  const count = countPreparedRows(limit);
  const { rows } = await check.selectPrepared(`activity ${count}`, () => selectNewestEvents(check, count), {
    before: before ?? highestSeq,
  });
  return toPage(rows[0]?.items ?? [], limit, ({ seq }) => seqCursor.encode(seq), toEvent);
}

/** Lists the events about a subject that the caller can see now. They have an index. */
async function listBySubject(
  check: ActivityCheck,
  subjectId: string,
  { before, limit, ...filters }: Filters,
): Promise<ListPage<WorkspaceEvent>> {
  const { rows } = await check.select(
    check.db
      .select(createEventColumns(check))
      .from(workspaceEvents)
      .leftJoin(users, isVisibleUser(workspaceEvents.actorId))
      .where(
        and(
          eq(workspaceEvents.workspaceId, check.subject.workspaceId),
          eq(workspaceEvents.subjectId, subjectId),
          isSubjectVisible(check),
          matchesFilters(filters),
          lt(workspaceEvents.seq, before ?? highestSeq),
        ),
      )
      .orderBy(desc(workspaceEvents.seq))
      .limit(countPreparedRows(limit)),
  );
  return toPage(rows, limit, ({ seq }) => seqCursor.encode(seq), toEvent);
}

/** Matches the events of a person and of some kinds; without kinds, all that are listed. */
const matchesFilters = ({ actorId, kinds }: Pick<ActivityInput, "actorId" | "kinds">): SQL | undefined =>
  and(
    actorId === undefined ? undefined : eq(workspaceEvents.actorId, actorId),
    kinds === undefined ? isListed : inArray(eventKindColumn, kinds),
  );

/** Maximum number of events that a page with filters covers. */
const maxExamined = 5000;

type Filters = Pick<ActivityInput, "actorId" | "kinds" | "limit"> & { before: number | null };

/** Lists the events that match the filters. Numbers have no gaps, so those of a page are in a range of numbers. */
async function listFiltered(
  check: ActivityCheck,
  { before, limit, actorId, kinds }: Filters,
): Promise<ListPage<WorkspaceEvent>> {
  const { seq, workspaceId } = workspaceEvents;
  const end = before === null ? sql`${workspaces.lastEventSeq} + 1` : sql`${before}::bigint`;
  const { rows } = await check.select(
    check.db
      .select({ newest: workspaces.lastEventSeq, ...createEventColumns(check) })
      .from(workspaces)
      .leftJoin(
        workspaceEvents,
        and(
          eq(workspaceId, workspaces.id),
          sql`${seq} < ${end}`,
          sql`${seq} >= ${end} - ${maxExamined}`,
          matchesFilters({ actorId, kinds }),
        ),
      )
      .leftJoin(users, isVisibleUser(workspaceEvents.actorId))
      .where(eq(workspaces.id, check.subject.workspaceId))
      .orderBy(desc(seq))
      .limit(countPreparedRows(limit)),
  );
  const found = rows.flatMap(({ newest: _newest, seq: number, kind, at, ...event }) =>
    number === null || kind === null || at === null ? [] : [{ seq: number, kind, at, ...event }],
  );
  const page = toPage(found, limit, (event) => seqCursor.encode(event.seq), toEvent);
  const rest = (before ?? (rows[0]?.newest ?? 0) + 1) - maxExamined;
  return page.nextCursor === null && rest > 1 ? { ...page, nextCursor: seqCursor.encode(rest) } : page;
}

/** Events per read of a subscriber. */
const eventsPerPage = 200;

/**
 * An event as subscribers receive it, with the fingerprint that distinguishes it from another event with its number.
 */
export interface FollowedEvent extends Sequenced {
  event: WorkspaceEvent;
  fingerprint: string;
}

/** The events after one, and the fingerprint of that one; null if it does not exist. */
export interface EventsPage extends Page<FollowedEvent> {
  previous: string | null;
}

/**
 * Returns a page of the events after one, oldest first, with the same subjects omitted, and the number of the newest
 * event from the same statement.
 */
export async function readEventsAfter(check: ActivityCheck, seq: number): Promise<EventsPage> {
  const { rows } = await check.selectPrepared("events", () => selectEventsFrom(check), { seq });
  const events = rows[0]?.items ?? [];
  const found = events.flatMap(({ seq: number, kind, at, fingerprint, ...event }) =>
    number === null || kind === null || at === null || fingerprint === null
      ? []
      : [{ seq: number, fingerprint, event: toEvent({ seq: number, kind, at, ...event }) }],
  );
  return {
    newest: events[0]?.newest ?? 0,
    previous: found[0]?.seq === seq ? found[0].fingerprint : null,
    items: found.filter((item) => item.seq > seq),
  };
}

/** An event that a subscriber reads, or nulls if there is none, with the number of the newest event. */
interface FollowedRow extends Omit<EventRow, "seq" | "kind" | "at"> {
  newest: number;
  fingerprint: string | null;
  seq: number | null;
  kind: EventKind | null;
  at: string | null;
}

/**
 * Selects a page of the events from number `seq`, and the number of the newest event. The number is hidden from the planner,
 * which would otherwise plan each call anew, because it sees how few events follow.
 */
const selectEventsFrom = (check: ActivityCheck) =>
  selectAsJson<FollowedRow>(
    check.db,
    check.db
      .select(
        selectNamed({
          newest: workspaces.lastEventSeq,
          fingerprint: sql<string | null>`${eventFingerprint}`.as("fingerprint"),
          ...createEventColumns(check),
        }),
      )
      .from(workspaces)
      .leftJoin(
        workspaceEvents,
        and(
          eq(workspaceEvents.workspaceId, workspaces.id),
          gte(workspaceEvents.seq, sql`(select ${sql.placeholder("seq")}::bigint)`),
        ),
      )
      .leftJoin(users, isVisibleUser(workspaceEvents.actorId))
      .where(eq(workspaces.id, check.subject.workspaceId))
      .orderBy(asc(workspaceEvents.seq))
      .limit(eventsPerPage + 1),
  );

function createEventColumns(check: ActivityCheck) {
  const visible = isSubjectVisible(check);
  return {
    seq: workspaceEvents.seq,
    kind: sql<EventKind>`${eventKindColumn}`.as("event_kind"),
    at: workspaceEvents.createdAt,
    ...personColumns,
    subjectId: sql<string | null>`case when ${visible} then ${workspaceEvents.subjectId} end`.as("subject"),
    subjectName: sql<string | null>`case when ${visible} then ${workspaceEvents.subjectName} end`.as("name"),
    previousName: sql<
      string | null
    >`case when ${visible} then ${workspaceEvents.data} ->> 'previousName' end`.as("previous_name"),
    movedFrom: sql<
      WorkspaceEvent["movedFrom"]
    >`case when ${visible} and ${workspaceEvents.data} -> 'previousFolderId' is not null
      then jsonb_build_object('folderId', ${workspaceEvents.data} -> 'previousFolderId') end`.as(
      "moved_from",
    ),
  };
}

/** Selects the events that are listed, before number `before`, newest first. */
const selectNewestEvents = (check: ActivityCheck, count: number) =>
  selectAsJson<EventRow>(
    check.db,
    check.db
      .select(selectNamed(createEventColumns(check)))
      .from(workspaceEvents)
      .leftJoin(users, isVisibleUser(workspaceEvents.actorId))
      .where(
        and(
          eq(workspaceEvents.workspaceId, check.subject.workspaceId),
          isListed,
          lt(workspaceEvents.seq, sql.placeholder("before")),
        ),
      )
      .orderBy(desc(workspaceEvents.seq))
      .limit(count),
  );

type EventRow = Omit<WorkspaceEvent, "actor"> & Parameters<typeof toPerson>[0];

const toEvent = ({
  seq,
  kind,
  at,
  subjectId,
  subjectName,
  previousName,
  movedFrom,
  ...actor
}: EventRow): WorkspaceEvent => ({
  seq,
  kind,
  actor: toPerson(actor),
  subjectId,
  subjectName,
  previousName: previousName ?? null,
  movedFrom: movedFrom ?? null,
  at: toIsoTimestamp(at),
});

/** Whether the caller may see an event's subject, as SQL over `workspace_events`. */
function isSubjectVisible({ db, subject }: ActivityCheck): SQL {
  const { kind, subjectId, workspaceId } = workspaceEvents;
  const hasRoleFor = (action: Action) =>
    inArray(
      subject.role,
      roles.filter((role) => can(role, action)),
    );
  const isLive = (table: typeof documents | typeof folders | typeof files) =>
    exists(
      db
        .select({ id: table.id })
        .from(table)
        .where(and(eq(table.id, subjectId), eq(table.workspaceId, workspaceId), isNull(table.deletedAt))),
    );
  return sql`case
    when ${or(like(kind, "document.%"), like(kind, "comment.%"), like(kind, "share.%"))} then ${or(hasRoleFor("document.readTrash"), isLive(documents))}
    when ${subjectId} is null then true
    when ${like(kind, "folder.%")} then ${or(hasRoleFor("document.readTrash"), isLive(folders))}
    when ${like(kind, "file.%")} then ${or(hasRoleFor("document.readTrash"), isLive(files))}
    when ${like(kind, "invitation.%")} then ${hasRoleFor("invitation.list")}
    else true end`;
}
