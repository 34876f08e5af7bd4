import { createYDoc, setText } from "@mdreader/collab";
import { roles, can, type WorkspaceAction } from "@mdreader/contract";
import type { DocumentRow, LoggedComment, Sql, SqlStatement } from "@mdreader/db";
import * as Y from "yjs";

import { areCredentialsValid } from "../../../access/credential-validity.ts";
import type { Caller } from "../../../access/identity.ts";
import { haveRequiredSecondFactor } from "../../../access/second-factor-proof.ts";
import { sqlInsertVersionRows, type NewVersion } from "../../version/build-versions.ts";
import type { HistoryHead } from "../../version/stored-versions.ts";

/**
 * The log of a document in SQL, written by the driver directly. Acknowledgements wait for this statement, so one
 * prepared statement checks, numbers and writes.
 */

/** The action that authorizes every edit of a text. */
export const editAction = "document.update" satisfies WorkspaceAction;
export const editorRoles = roles.filter((role) => can(role, editAction));

export interface NewUpdate {
  update: Uint8Array;
  authorId: string;
  /** The name of the API key that the author used; null for a session. */
  apiKeyName: string | null;
}

export interface Append {
  documentId: string;
  workspaceId: string;
  /** The version that the updates were validated against. */
  expected: number;
  updates: readonly NewUpdate[];
  /** The owners of client IDs that are used for the first time. */
  newOwners: ReadonlyMap<number, string>;
  /** Callers whose sessions and keys must still be valid. */
  callers: readonly Caller[];
  /** The text after the updates, if it is saved as a version. */
  saved?: SavedText | undefined;
  /** The response to the writer, stored under their idempotency key. */
  response?: { userId: string; key: string; body: object } | undefined;
}

/** The row of a document after an append, apart from its text. */
export type AppendedRow = Pick<DocumentRow, "title" | "folderId" | "language" | "updatedAt">;

/** A text to be saved. */
export interface SavedText {
  /** Columns to write to the row immediately; null leaves that to `materializeText`. */
  row: { content: string } | null;
  /** The new versions: the text, preceded by the edit session until then, if any. */
  versions: readonly NewVersion[];
  /** The last of them, as the base of the next. */
  head: HistoryHead;
}

/**
 * Appends updates under the next numbers, if the document is still at the version that they were validated against,
 * is not deleted, each caller's session or key is still valid and has a second factor if the workspace requires one, and
 * each author may still edit it. Memberships are
 * locked until the commit. With versions, the append also requires that no other version was saved in the meantime.
 * Acknowledgements wait for this statement, so it has only the parts that are needed.
 *
 * @returns The document's row, or null if nothing was written.
 */
export async function appendUpdates(
  sql: Sql,
  { documentId, workspaceId, expected, updates, newOwners, callers, saved, response }: Append,
): Promise<AppendedRow | null> {
  const authors = updates.map(({ authorId }) => authorId);
  const distinct = [...new Set(authors)];
  const version = expected + updates.length;
  const row = saved?.row ?? null;
  const [written] = await sql<AppendedRow[]>`
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
        and ${haveRequiredSecondFactor(sql, workspaceId, callers)}
        ${saved === undefined ? sql`` : sql`and history_number = ${(saved.versions[0]?.number ?? 0) - 1}`}
      returning id, workspace_id, content_version, title, folder_id, language, updated_at
    )
    ${row === null ? sqlMarkStale(sql, expected) : sql``}
    ${saved === undefined ? sql`` : sqlInsertVersions(sql, saved)}
    ${newOwners.size === 0 ? sql`` : sqlInsertClients(sql, newOwners)}
    ${response === undefined ? sql`` : sqlInsertResponse(sql, response)}
    , logged as (
      insert into document_log (document_id, workspace_id, seq, kind, update, author_id, tool)
      select document.id, document.workspace_id, ${expected}::int + entry.number, 'update', entry.update,
        entry.author_id, entry.tool
      from document,
        unnest(${updates.map(({ update }) => update)}::bytea[], ${authors}::uuid[], ${updates.map(({ apiKeyName }) => apiKeyName)}::text[])
          with ordinality as entry (update, author_id, tool, number)
    )
    select title, folder_id as "folderId", language, updated_at as "updatedAt" from document`;
  return written === undefined ? null : toAppendedRow(written);
}

/** Converts the row that a statement returned. */
export const toAppendedRow = (row: AppendedRow): AppendedRow => ({
  ...row,
  updatedAt: new Date(row.updatedAt).toISOString(),
});

/** Records that history is up to date, and the number of its newest version. */
const sqlAdvanceHistory = (sql: Sql, { versions }: SavedText, version: number) => sql`
  , history_version = ${version}, history_number = history_number + ${versions.length}`;

/** Writes the text too. Edits without it leave the text, and every index of the table, untouched. */
const sqlSetText = (sql: Sql, { content }: NonNullable<SavedText["row"]>, version: number) => sql`
  , content = ${content}, size = ${Buffer.byteLength(content)}, content_version = ${version}`;

/**
 * Records that the text lags behind the log until `materializeText` writes it. A row exists already if the text was
 * stale before.
 */
const sqlMarkStale = (sql: Sql, expected: number) => sql`
  , noted as (
    insert into stale_documents (document_id, workspace_id)
    select id, workspace_id from document where content_version = ${expected}
    on conflict (document_id) do nothing
  )`;

/** Saves the text as the document's next version, which ends the edit session. */
const sqlInsertVersions = (sql: Sql, { versions }: SavedText) => sql`
  , versioned as (
    ${sqlInsertVersionRows(sql, versions)}
  ), ended as (
    delete from document_edit_sessions using document where document_id = document.id
  )`;

/** Records the owners of client IDs. */
const sqlInsertClients = (sql: Sql, newOwners: Append["newOwners"]) => sql`
  , new_client as (
    insert into document_clients (document_id, workspace_id, client_id, user_id)
    select document.id, document.workspace_id, client_id, user_id
    from document, unnest(${[...newOwners.keys()]}::bigint[], ${[...newOwners.values()]}::uuid[]) as client (client_id, user_id)
  )`;

/** Stores the response to the writer. */
const sqlInsertResponse = (sql: Sql, { userId, key, body }: NonNullable<Append["response"]>) => sql`
  , stored_response as (
    insert into idempotency_keys (document_id, workspace_id, user_id, key, answer)
    select document.id, document.workspace_id, ${userId}::uuid, ${key}::text, ${JSON.stringify(body)}::text::jsonb
    from document
  )`;

/** Builds the first entry of a new document's log: its initial text, which may be empty. */
export function buildFirstEntry(content: string): { update: Uint8Array; clientId: number } {
  const doc = createYDoc();
  setText(doc, content);
  return { update: Y.encodeStateAsUpdate(doc), clientId: doc.clientID };
}

/** An entry of the log. */
export interface LogEntry {
  seq: number;
  kind: "update" | "meta" | "comment";
  /** The update, for the kind "update". */
  update: Uint8Array | null;
  meta: { title: string; folderId: string | null; deleted: boolean } | null;
  comment: LoggedComment | null;
  authorId: string | null;
}

/** Maximum entries and bytes of updates per read. A larger update comes alone. */
const pageSize = { entries: 500, bytes: 4 * 1024 * 1024 };

/** A page of the log, and the document's version at that time; null if the document does not exist. */
export interface LogPage {
  entries: LogEntry[];
  version: number | null;
}

/**
 * Reads a page of the entries after a number, in order. The version comes from the same statement, which
 * distinguishes the end of the log from entries that were folded.
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

/** Selects a page of the entries of document `d` after a number. */
export const sqlSelectEntries = (sql: Sql, after: number | SqlStatement) => sql`
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
