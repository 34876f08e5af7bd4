import {
  type ChildrenOrder,
  type Contents,
  type ContentsInput,
  type ContentsItem,
  maxContentsPage,
} from "@mdreader/contract";
import {
  documents,
  documentEditSessions,
  documentVersions,
  files,
  folders,
  staleDocuments,
  workspaceEvents,
  workspaces,
} from "@mdreader/db";
import { and, asc, eq, gt, inArray, isNull, notExists, type SQL, sql } from "drizzle-orm";
import { unionAll } from "drizzle-orm/pg-core";
import { z } from "zod";

import type { WorkspaceCheck } from "../access/resource-checks.ts";
import type { Services } from "../context.ts";
import { AppError } from "../errors.ts";
import { createPageCursor } from "../util/pagination.ts";
import { eventFingerprint } from "./event-log.ts";

type ContentsCheck = WorkspaceCheck<"document.read">;

const ranks = { workspace: 0, folder: 1, document: 2, file: 3 } as const;
type Kind = keyof typeof ranks;

const contentsCursor = createPageCursor(z.tuple([z.int().min(1).max(3), z.uuid()]));
/**
 * A point in time: the number and fingerprint of the newest event; the time, because edits of texts create no events;
 * and the generation of the database.
 */
const contentsMarker = createPageCursor(
  z.object({
    seq: z.int().min(0),
    fingerprint: z.string().nullable(),
    at: z.iso.datetime({ offset: true }),
    generation: z.string(),
  }),
);
type ContentsMarker = NonNullable<ReturnType<typeof contentsMarker.decode>>;

/** A version becomes visible at its commit, so versions created this long before the marker may be new since then. */
const maxTransactionDuration = sql`interval '2 minutes'`;

/** The number of events since a marker up to which changes are listed. Beyond it, listing everything costs less. */
const maxEvents = 20 * maxContentsPage;

/**
 * Lists the contents of a workspace, page by page, or the changes since a marker. Either is one statement, and thus one
 * consistent snapshot. Changes come in one response, or in pages if the caller asks for a limit.
 *
 * @throws AppError BAD_CURSOR; RESYNC_REQUIRED when the changes do not fit a page, or the marker is from a different
 *   history of the database, such as before restoring a backup.
 */
export async function listContents(
  { sequencePoller }: Pick<Services, "sequencePoller">,
  check: ContentsCheck,
  input: ContentsInput,
): Promise<Contents> {
  const generation = await sequencePoller.generation();
  const since = contentsMarker.decode(input.since);
  const after = contentsCursor.decode(input.cursor);
  const limit = input.limit ?? (since === null ? maxContentsPage : null);
  const rowLimit = limit ?? 2 * maxContentsPage;
  const { rows } = await check.select(
    since === null
      ? selectAll(check, after, rowLimit)
      : selectChanged(check, since, { documentIds: input.documentIds ?? [], after, limit: rowLimit }),
  );
  const [workspace, ...found] = rows;
  if (workspace === undefined) throw new AppError("NOT_FOUND");
  const seq = Number(workspace.seq);
  const { fingerprint } = workspace;
  if (since !== null) {
    const isSameHistory =
      since.generation === generation && since.fingerprint === workspace.previous && since.seq <= seq;
    const exceedsLimit =
      limit === null
        ? seq - since.seq > maxContentsPage || found.length > rowLimit
        : seq - since.seq > maxEvents;
    if (!isSameHistory || exceedsLimit) throw new AppError("RESYNC_REQUIRED");
  }
  const page = found.slice(0, rowLimit);
  const last = page.at(-1);
  const hasMore = found.length > rowLimit && last !== undefined;
  return {
    items: page.map(toItem),
    nextCursor: hasMore ? contentsCursor.encode([last.rank, last.id]) : null,
    childrenOrder: workspace.childrenOrder ?? "name",
    marker: contentsMarker.encode({ seq, fingerprint, at: new Date(workspace.at).toISOString(), generation }),
    eventSeq: seq,
  };
}

interface ContentsRow {
  rank: number;
  id: string;
  folderId: string | null;
  name: string;
  version: number;
  hash: string | null;
  alias: ContentsItem["alias"];
  childrenOrder: ChildrenOrder | null;
  isDeleted: boolean;
}

const kindsByRank = ["folder", "document", "file"] as const;

/**
 * Deleted items omit their details, which only members with access to the trash may read. A copy only needs to know
 * that they are deleted.
 */
const toItem = ({
  rank,
  id,
  folderId,
  name,
  version,
  hash,
  alias,
  childrenOrder,
  isDeleted,
}: ContentsRow): ContentsItem => ({
  kind: kindsByRank[rank - 1] ?? "file",
  id,
  ...(isDeleted
    ? { folderId: null, name: "", version: 0, hash: null, alias: null }
    : { folderId, name, version, hash, alias, ...(childrenOrder !== null && { childrenOrder }) }),
  isDeleted,
});

/**
 * The parts of the statement, which select the same columns. The workspace comes first, with the marker's columns.
 * @param since The number of an event whose fingerprint is selected too.
 */
function selectParts({ db, subject }: ContentsCheck, since: number | null) {
  const fingerprintAt = (seq: SQL) => sql`(select ${eventFingerprint} from ${workspaceEvents}
    where ${workspaceEvents.workspaceId} = ${workspaces.id} and ${workspaceEvents.seq} = ${seq})`;
  const noText = sql`null::text`;
  const createColumns = (
    kind: Kind,
    values: {
      id: SQL;
      folderId: SQL;
      name: SQL;
      version: SQL;
      hash: SQL;
      isDeleted: SQL;
      alias?: SQL;
      order?: SQL;
    },
  ) => ({
    rank: sql<number>`${sql.raw(String(ranks[kind]))}::int`.as("rank"),
    id: sql<string>`${values.id}`.as("item_id"),
    folderId: sql<string | null>`${values.folderId}`.as("item_folder_id"),
    name: sql<string>`${values.name}`.as("item_name"),
    version: sql<number>`${values.version}`.as("item_version"),
    hash: sql<string | null>`${values.hash}`.as("item_hash"),
    alias: sql<ContentsItem["alias"]>`${values.alias ?? sql`null::jsonb`}`.as("item_alias"),
    childrenOrder: sql<ChildrenOrder | null>`${values.order ?? noText}`.as("item_children_order"),
    isDeleted: sql<boolean>`${values.isDeleted}`.as("is_deleted"),
    seq: sql<string>`${kind === "workspace" ? sql`${workspaces.lastEventSeq}` : sql`0::bigint`}`.as("seq"),
    at: sql<string>`${kind === "workspace" ? sql`now()` : sql`null::timestamptz`}`.as("at"),
    fingerprint: sql<
      string | null
    >`${kind === "workspace" ? fingerprintAt(sql`${workspaces.lastEventSeq}`) : noText}`.as("fingerprint"),
    previous: sql<
      string | null
    >`${kind === "workspace" && since !== null ? fingerprintAt(sql`${since}`) : noText}`.as("previous"),
  });
  return {
    workspace: db
      .select(
        createColumns("workspace", {
          id: sql`${workspaces.id}`,
          folderId: sql`null::uuid`,
          name: sql`''`,
          version: sql`0`,
          hash: noText,
          isDeleted: sql`false`,
          order: sql`${workspaces.childrenOrder}`,
        }),
      )
      .from(workspaces)
      .where(eq(workspaces.id, subject.workspaceId)),
    folders: db
      .select(
        createColumns("folder", {
          id: sql`${folders.id}`,
          folderId: sql`${folders.parentId}`,
          name: sql`${folders.name}`,
          version: sql`0`,
          hash: noText,
          isDeleted: sql`${folders.deletedAt} is not null`,
          order: sql`${folders.childrenOrder}`,
        }),
      )
      .from(folders)
      .$dynamic(),
    documents: db
      .select(
        createColumns("document", {
          id: sql`${documents.id}`,
          folderId: sql`${documents.folderId}`,
          name: sql`${documents.title}`,
          version: sql`${documents.version}`,
          // The newest saved version equals the text, unless the text was edited since.
          hash: sql`case when ${documents.historyVersion} = ${documents.version}
            then encode(${documentVersions.hash}, 'hex') end`,
          isDeleted: sql`${documents.deletedAt} is not null`,
        }),
      )
      .from(documents)
      .leftJoin(
        documentVersions,
        and(
          eq(documentVersions.documentId, documents.id),
          eq(documentVersions.number, documents.historyNumber),
        ),
      )
      .$dynamic(),
    files: db
      .select(
        createColumns("file", {
          id: sql`${files.id}`,
          folderId: sql`${files.folderId}`,
          name: sql`${files.path}`,
          version: sql`0`,
          hash: sql`encode(${files.hash}, 'hex')`,
          alias: sql`case when ${files.documentId} is not null and ${files.alias} is not null
            then jsonb_build_object('documentId', ${files.documentId}, 'path', ${files.alias}) end`,
          isDeleted: sql`${files.deletedAt} is not null`,
        }),
      )
      .from(files)
      .$dynamic(),
  };
}

type Position = [rank: number, id: string];

/** The condition that items of a kind come after a position; undefined if all do. */
function isAfter(after: Position | null, kind: Kind, id: SQL): SQL | undefined {
  if (after === null || after[0] < ranks[kind]) return undefined;
  return after[0] > ranks[kind] ? sql`false` : sql`${id} > ${after[1]}::uuid`;
}

function selectAll(check: ContentsCheck, after: Position | null, limit: number) {
  const { workspaceId } = check.subject;
  const parts = selectParts(check, null);
  const rowLimit = limit + 1;
  return unionAll(
    parts.workspace,
    parts.folders
      .where(
        and(
          eq(folders.workspaceId, workspaceId),
          isNull(folders.deletedAt),
          isAfter(after, "folder", sql`${folders.id}`),
        ),
      )
      .orderBy(asc(folders.id))
      .limit(rowLimit),
    parts.documents
      .where(
        and(
          eq(documents.workspaceId, workspaceId),
          isNull(documents.deletedAt),
          isAfter(after, "document", sql`${documents.id}`),
        ),
      )
      .orderBy(asc(documents.id))
      .limit(rowLimit),
    parts.files
      .where(
        and(
          eq(files.workspaceId, workspaceId),
          isNull(files.deletedAt),
          isAfter(after, "file", sql`${files.id}`),
        ),
      )
      .orderBy(asc(files.id))
      .limit(rowLimit),
  )
    .orderBy(sql`rank, item_id`)
    .limit(rowLimit + 1);
}

/**
 * Selects the subjects of events since a number, the contents of restored folders, and documents whose text was saved
 * since or is being edited. A first version needs no time, because an event reports its document.
 */
function selectChanged(
  check: ContentsCheck,
  { seq, at }: ContentsMarker,
  { documentIds, after, limit }: { documentIds: readonly string[]; after: Position | null; limit: number },
) {
  const { workspaceId } = check.subject;
  const parts = selectParts(check, seq);
  const subjects = sql`select ${workspaceEvents.subjectId} from ${workspaceEvents}
    where ${workspaceEvents.workspaceId} = ${workspaceId} and ${workspaceEvents.seq} > ${seq}`;
  const restored = sql`(
    with recursive below as (
      select ${workspaceEvents.subjectId} as id from ${workspaceEvents}
      where ${workspaceEvents.workspaceId} = ${workspaceId} and ${workspaceEvents.seq} > ${seq}
        and ${workspaceEvents.kind} = 'folder.restored'
      union
      select child.id from ${folders} child join below on child.parent_id = below.id
    )
    select id from below)`;
  const edited = sql`
    select ${documentVersions.documentId} from ${documentVersions}
    where ${documentVersions.workspaceId} = ${workspaceId}
      and ${documentVersions.createdAt} > ${at}::timestamptz - ${maxTransactionDuration}
      and ${documentVersions.number} > 1
    union select ${documentEditSessions.documentId} from ${documentEditSessions} where ${documentEditSessions.workspaceId} = ${workspaceId}
    union select ${staleDocuments.documentId} from ${staleDocuments} where ${staleDocuments.workspaceId} = ${workspaceId}`;
  const changedDocuments = sql`
    ${subjects}
    union ${edited}
    union select unnest(${sql.param([...documentIds])}::uuid[])
    union select d.id from ${documents} d where d.folder_id in ${restored}`;
  const changedFiles = sql`
    ${subjects}
    union select f.id from ${files} f where f.folder_id in ${restored}
    union select f.id from ${files} f where f.document_id in (${subjects})`;
  return unionAll(
    parts.workspace,
    parts.folders.where(
      and(
        eq(folders.workspaceId, workspaceId),
        inArray(folders.id, sql`(${subjects} union ${restored})`),
        isAfter(after, "folder", sql`${folders.id}`),
      ),
    ),
    parts.documents.where(
      and(
        eq(documents.workspaceId, workspaceId),
        inArray(documents.id, sql`(${changedDocuments})`),
        isAfter(after, "document", sql`${documents.id}`),
      ),
    ),
    parts.files.where(
      and(
        eq(files.workspaceId, workspaceId),
        inArray(files.id, sql`(${changedFiles})`),
        isAfter(after, "file", sql`${files.id}`),
      ),
    ),
    selectRemoved(check, seq, after),
  )
    .orderBy(sql`rank, item_id`)
    .limit(limit + 2);
}

/** Selects permanently deleted items, of which only events remain. */
function selectRemoved({ db, subject }: ContentsCheck, seq: number, after: Position | null) {
  const { kind, subjectId } = workspaceEvents;
  const rank = sql<number>`case split_part(${kind}, '.', 1)
        when 'folder' then ${ranks.folder}::int when 'document' then ${ranks.document}::int else ${ranks.file}::int end`;
  const isPurged = (table: typeof folders | typeof documents | typeof files) =>
    notExists(
      db
        .select({ one: sql`1` })
        .from(table)
        .where(eq(table.id, subjectId)),
    );
  return db
    .selectDistinct({
      rank: rank.as("rank"),
      id: sql<string>`${subjectId}`.as("item_id"),
      folderId: sql<string | null>`null::uuid`.as("item_folder_id"),
      name: sql<string>`''`.as("item_name"),
      version: sql<number>`0`.as("item_version"),
      hash: sql<string | null>`null::text`.as("item_hash"),
      alias: sql<ContentsItem["alias"]>`null::jsonb`.as("item_alias"),
      childrenOrder: sql<ChildrenOrder | null>`null::text`.as("item_children_order"),
      isDeleted: sql<boolean>`true`.as("is_deleted"),
      seq: sql<string>`0::bigint`.as("seq"),
      at: sql<string>`null::timestamptz`.as("at"),
      fingerprint: sql<string | null>`null::text`.as("fingerprint"),
      previous: sql<string | null>`null::text`.as("previous"),
    })
    .from(workspaceEvents)
    .where(
      and(
        eq(workspaceEvents.workspaceId, subject.workspaceId),
        gt(workspaceEvents.seq, seq),
        inArray(kind, [
          "folder.deleted",
          "document.deleted",
          "document.purged",
          "file.deleted",
          "file.purged",
        ]),
        isPurged(folders),
        isPurged(documents),
        isPurged(files),
        after === null ? undefined : sql`(${rank}, ${subjectId}) > (${after[0]}::int, ${after[1]}::uuid)`,
      ),
    );
}
