import { roles, can, type WorkspaceAction } from "@mdreader/contract";
import type { LoggedComment, SqlRunner } from "@mdreader/db";

import { areCredentialsValid } from "../../../access/credential-validity.ts";
import type { Caller } from "../../../context.ts";
import { sqlInsertVersionRows, type NewVersion } from "../../version/build-versions.ts";

/**
 * The log of a document in SQL. It is written by the driver itself: an acknowledgement waits for this statement, and so
 * it is one, prepared, that checks, numbers and writes.
 */

type Sql = SqlRunner;

/** The action that every edit of a text is, however it comes. */
export const editAction = "document.update" satisfies WorkspaceAction;
const editorRoles = roles.filter((role) => can(role, editAction));

export interface NewUpdate {
  update: Uint8Array;
  authorId: string;
  /** The tool that wrote in the author's name, if one did. */
  tool: string | null;
}

export interface Append {
  documentId: string;
  workspaceId: string;
  /** The version that the updates were checked against. */
  expected: number;
  updates: readonly NewUpdate[];
  /** Client ids that are used for the first time, and by whom. */
  claims: ReadonlyMap<number, string>;
  /** Those whose sessions and keys must still stand. */
  callers: readonly Caller[];
  /** The text after the updates, where it is to be kept as a version of its own. */
  saved?: SavedText | undefined;
  /** What the writer is answered, kept under a key of theirs. */
  answer?: { userId: string; key: string; answer: object } | undefined;
}

/** A text as it is kept. */
export interface SavedText {
  /** What the row gets of it at once; null leaves that to `materializeText`. */
  row: { content: string; searchPairs: string[] } | null;
  /** The versions that it makes: itself, and before it, what was typed until then. */
  versions: readonly NewVersion[];
}

/**
 * Appends updates under the next numbers, if the document is still at the version they were checked against, is not
 * deleted, each caller's session or key still stands, and each author may still edit it: their memberships are held
 * still until the commit. With versions, also if no other version has been saved meanwhile. An acknowledgement waits for
 * it, so it has only the parts that there is something to do for.
 *
 * @returns Whether they were written; all of them are, or none.
 */
export async function appendUpdates(
  sql: Sql,
  { documentId, workspaceId, expected, updates, claims, callers, saved, answer }: Append,
): Promise<boolean> {
  const authors = updates.map(({ authorId }) => authorId);
  const distinct = [...new Set(authors)];
  const version = expected + updates.length;
  const row = saved?.row ?? null;
  const written = await sql`
    with writers as (
      select m.user_id
      from workspace_members m
      join workspaces w on w.id = m.workspace_id and w.deleted_at is null
      where m.workspace_id = ${workspaceId} and m.user_id = any(${distinct}::uuid[]) and m.role = any(${editorRoles}::text[])
      for share of m
    ), document as (
      update documents
      set version = ${version}, updated_at = now(), updated_by = ${authors.at(-1) ?? null}
        ${saved === undefined ? sql`` : sqlAdvanceHistory(sql, saved, version)}
        ${row === null ? sql`` : sqlSetText(sql, row, version)}
      where id = ${documentId} and workspace_id = ${workspaceId} and version = ${expected} and deleted_at is null
        and (select count(*) from writers) = ${distinct.length} and ${areCredentialsValid(sql, callers)}
        ${saved === undefined ? sql`` : sql`and history_number = ${(saved.versions[0]?.number ?? 0) - 1}`}
      returning id, workspace_id, title, content_version
    )
    ${row === null ? sqlMarkStale(sql, expected) : sql``}
    ${saved === undefined ? sql`` : sqlInsertVersions(sql, saved)}
    ${claims.size === 0 ? sql`` : sqlClaimClients(sql, claims)}
    ${answer === undefined ? sql`` : sqlInsertAnswer(sql, answer)}
    insert into document_log (document_id, workspace_id, seq, kind, update, author_id, tool)
    select document.id, document.workspace_id, ${expected}::int + entry.number, 'update', entry.update,
      entry.author_id, entry.tool
    from document,
      unnest(${updates.map(({ update }) => update)}::bytea[], ${authors}::uuid[], ${updates.map(({ tool }) => tool)}::text[])
        with ordinality as entry (update, author_id, tool, number)
    returning seq`;
  return written.length > 0;
}

/** Says that history has all until now, in as many versions more. */
const sqlAdvanceHistory = (sql: Sql, { versions }: SavedText, version: number) => sql`
  , history_version = ${version}, history_number = history_number + ${versions.length}`;

/** Sets the text too. An edit that does not leaves the text, and with it every index of the table, untouched. */
const sqlSetText = (
  sql: Sql,
  { content, searchPairs }: NonNullable<SavedText["row"]>,
  version: number,
) => sql`
  , content = ${content}, size = ${Buffer.byteLength(content)}, search_pairs = ${searchPairs}::text[],
  content_version = ${version}`;

/** Notes that the text lags behind the log from now on, until `materializeText` has written it. Where it lags, that is noted. */
const sqlMarkStale = (sql: Sql, expected: number) => sql`
  , noted as (
    insert into stale_documents (document_id, workspace_id)
    select id, workspace_id from document where content_version = ${expected}
    on conflict (document_id) do nothing
  )`;

/** Keeps the text as the document's next saved version, which ends the spell of those who were typing. */
const sqlInsertVersions = (sql: Sql, { versions }: SavedText) => sql`
  , versioned as (
    ${sqlInsertVersionRows(sql, versions)}
  ), ended as (
    delete from document_edit_sessions using document where document_id = document.id
  )`;

/** Notes whose the client ids are. */
const sqlClaimClients = (sql: Sql, claims: Append["claims"]) => sql`
  , claimed as (
    insert into document_clients (document_id, workspace_id, client_id, user_id)
    select document.id, document.workspace_id, client_id, user_id
    from document, unnest(${[...claims.keys()]}::bigint[], ${[...claims.values()]}::uuid[]) as claim (client_id, user_id)
  )`;

/** Keeps what the writer is answered. */
const sqlInsertAnswer = (sql: Sql, { userId, key, answer }: NonNullable<Append["answer"]>) => sql`
  , answered as (
    insert into idempotency_keys (document_id, workspace_id, user_id, key, answer)
    select document.id, document.workspace_id, ${userId}::uuid, ${key}::text, ${JSON.stringify(answer)}::text::jsonb
    from document
  )`;

/** An entry of the log as it is read. */
export interface LogEntry {
  seq: number;
  kind: "update" | "meta" | "comment";
  /** The update, where the kind is "update". */
  update: Uint8Array | null;
  meta: { title: string; folderId: string | null; deleted: boolean } | null;
  comment: LoggedComment | null;
  authorId: string | null;
}

/** How many entries are read at once, and how many bytes of updates: one that is larger comes alone. */
const pageSize = { entries: 500, bytes: 4 * 1024 * 1024 };

/** A page of the log, and the document's version at that moment; null where the document is gone. */
export interface LogPage {
  entries: LogEntry[];
  version: number | null;
}

/**
 * The entries after a number that are kept, in order: a page of them. The version comes from the same statement: it tells
 * that there is nothing more from that it has been folded away.
 */
export async function readLog(sql: Sql, documentId: string, after: number): Promise<LogPage> {
  const rows = await sql<({ version: number } & (LogEntry | { seq: null }))[]>`
    select d.version, entry.*
    from documents d
    left join lateral (
      ${sqlSelectEntries(sql, after)}
    ) entry on true
    where d.id = ${documentId}
    order by entry.seq`;
  return {
    entries: rows.flatMap((row) => (row.seq === null ? [] : [row])),
    version: rows[0]?.version ?? null,
  };
}

const sqlSelectEntries = (sql: Sql, after: number) => sql`
    select seq, kind, update, meta, comment, author_id as "authorId"
    from (
      select seq, kind, update, meta, comment, author_id,
        coalesce(sum(octet_length(update)) over (order by seq rows between unbounded preceding and 1 preceding), 0) as before
      from document_log
      where document_id = d.id and seq > ${after}
      order by seq
      limit ${pageSize.entries}
    ) one
    where before < ${pageSize.bytes}
    order by seq`;
