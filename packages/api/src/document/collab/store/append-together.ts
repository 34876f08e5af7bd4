import type { Sql, SqlStatement } from "@mdreader/db";

import { hasKeySecondFactor, hasSessionSecondFactor } from "../../../access/second-factor-proof.ts";
import { type Append, type AppendedRow, editorRoles, toAppendedRow } from "./log.ts";

/**
 * Statements that append to several documents. Lists are parameters in subqueries: Postgres then plans once for any
 * number, whereas it would plan each call again for lists of known length, which costs more than the statement.
 */

/** An append without a saved text and a stored response, such as an edit of a live editor. */
export type LiveAppend = Omit<Append, "saved" | "response">;

/** A save that writes the row and one version, and no edit session before it. */
export type PlainSave = Append & { saved: { row: { content: string } } };

export const isPlainSave = (append: Append): append is PlainSave =>
  append.saved !== undefined &&
  append.saved.row !== null &&
  append.saved.versions.length === 1 &&
  append.saved.versions.every(({ authors }) => authors !== "edit-session");

export const isLive = (append: Append): append is LiveAppend =>
  append.saved === undefined && append.response === undefined;

/** Appends live edits. */
export async function editDocuments(
  sql: Sql,
  edits: readonly LiveAppend[],
): Promise<ReadonlyMap<string, AppendedRow | null>> {
  const written = await sql<{ documentId: string }[]>`
    with ${sqlAppend(sql, edits, { saves: sql``, isCurrent: sql``, set: sql`` })}
    , noted as (
      insert into stale_documents (document_id, workspace_id)
      select id, workspace_id from document where content_version = expected
      on conflict (document_id) do nothing
    )
    select id as "documentId" from document`;
  return new Map(written.map(({ documentId }) => [documentId, null]));
}

/** Appends texts, and saves each as the next version of its document. */
export async function saveDocuments(
  sql: Sql,
  saves: readonly PlainSave[],
): Promise<ReadonlyMap<string, AppendedRow | null>> {
  const versions = saves.flatMap(({ documentId, saved }) =>
    saved.versions.map((version) => ({ ...version, documentId })),
  );
  const responses = saves.flatMap(({ documentId, response }) =>
    response === undefined ? [] : [{ ...response, documentId }],
  );
  const written = await sql<({ documentId: string } & AppendedRow)[]>`
    with save as (
      select * from unnest(
        (select ${saves.map(({ documentId }) => documentId)}::uuid[]),
        (select ${saves.map(({ saved }) => saved.row.content)}::text[]),
        (select ${versions.map(({ number }) => number)}::int[]),
        (select ${versions.map(({ documentVersion }) => documentVersion)}::int[]),
        (select ${versions.map(({ body }) => body)}::bytea[]),
        (select ${versions.map(({ base }) => base)}::int[]),
        (select ${versions.map(({ size }) => size)}::int[]),
        (select ${versions.map(({ hash }) => hash)}::bytea[]),
        (select ${versions.map(({ reason }) => reason)}::text[]),
        (select ${versions.map(({ label }) => label ?? null)}::text[]),
        (select ${versions.map(({ restoredFrom }) => restoredFrom ?? null)}::int[]),
        (select ${versions.map(({ authors }) => JSON.stringify(authors))}::text[])
      ) as save (document_id, content, number, document_version, body, base, size, hash, reason, label, restored_from, authors)
    ), ${sqlAppend(sql, saves, {
      set: sql`
        , history_version = batch.version, history_number = save.number,
        content = save.content, size = save.size, content_version = batch.version`,
      saves: sql`join save on save.document_id = batch.document_id`,
      isCurrent: sql`and d.history_number = save.number - 1`,
    })}
    , versioned as (
      insert into document_versions (document_id, workspace_id, number, document_version, title,
        body, base, size, hash, reason, label, restored_from, authors)
      select document.id, document.workspace_id, number, document_version, title, body, base, size, hash, reason,
        label, restored_from, authors::jsonb
      from document join save on save.document_id = document.id
    ), ended as (
      delete from document_edit_sessions using document where document_id = document.id
    ), stored_response as (
      insert into idempotency_keys (document_id, workspace_id, user_id, key, answer)
      select document.id, document.workspace_id, response.user_id, response.key, response.body::jsonb
      from document join unnest(
        (select ${responses.map(({ documentId }) => documentId)}::uuid[]),
        (select ${responses.map(({ userId }) => userId)}::uuid[]),
        (select ${responses.map(({ key }) => key)}::text[]),
        (select ${responses.map(({ body }) => JSON.stringify(body))}::text[])
      ) as response (document_id, user_id, key, body) on response.document_id = document.id
    )
    select id as "documentId", title, folder_id as "folderId", language, updated_at as "updatedAt" from document`;
  return new Map(written.map(({ documentId, ...row }) => [documentId, toAppendedRow(row)]));
}

/**
 * Appends to several documents as part of a statement, under the conditions of `appendUpdates` for each. It skips documents
 * and memberships that are locked, so that no document waits for another one. The written rows are available as
 * `document`.
 */
function sqlAppend(
  sql: Sql,
  appends: readonly LiveAppend[],
  { saves, isCurrent, set }: Record<"saves" | "isCurrent" | "set", SqlStatement>,
) {
  const entries = appends.flatMap(({ documentId, updates }) =>
    updates.map((update, index) => ({ ...update, documentId, number: index + 1 })),
  );
  const credentials = appends.flatMap(({ documentId, callers }) =>
    callers.map(({ sessionId, keyId }) => ({ documentId, sessionId, keyId })),
  );
  const clients = appends.flatMap(({ documentId, newOwners }) =>
    Array.from(newOwners, ([clientId, userId]) => ({ documentId, clientId, userId })),
  );
  return sql`
    batch as (
      select * from unnest(
        (select ${appends.map(({ documentId }) => documentId)}::uuid[]),
        (select ${appends.map(({ workspaceId }) => workspaceId)}::uuid[]),
        (select ${appends.map(({ expected }) => expected)}::int[]),
        (select ${appends.map(({ expected, updates }) => expected + updates.length)}::int[]),
        (select ${appends.map(({ updates }) => updates.at(-1)?.authorId ?? null)}::uuid[])
      ) as batch (document_id, workspace_id, expected, version, updated_by)
    ), entry as (
      select * from unnest(
        (select ${entries.map(({ documentId }) => documentId)}::uuid[]),
        (select ${entries.map(({ number }) => number)}::int[]),
        (select ${entries.map(({ update }) => update)}::bytea[]),
        (select ${entries.map(({ authorId }) => authorId)}::uuid[]),
        (select ${entries.map(({ apiKeyName }) => apiKeyName)}::text[])
      ) as entry (document_id, number, update, author_id, tool)
    ), writer as (
      select m.workspace_id, m.user_id
      from workspace_members m
      join workspaces w on w.id = m.workspace_id and w.deleted_at is null
      where m.role = any(${editorRoles}::text[])
        and (m.workspace_id, m.user_id) in (
          select batch.workspace_id, entry.author_id from entry join batch using (document_id)
        )
      for share of m skip locked
    ), credential as (
      select * from unnest(
        (select ${credentials.map(({ documentId }) => documentId)}::uuid[]),
        (select ${credentials.map(({ sessionId }) => sessionId)}::uuid[]),
        (select ${credentials.map(({ keyId }) => keyId)}::uuid[])
      ) as credential (document_id, session_id, key_id)
    ), refused as (
      select entry.document_id
      from entry join batch using (document_id)
      where (batch.workspace_id, entry.author_id) not in (select workspace_id, user_id from writer)
      union all
      select document_id from credential
      where session_id is not null and session_id not in (
        select s.id from auth_sessions s join users u on u.id = s.user_id and u.deactivated_at is null
        where s.id in (select session_id from credential) and s.revoked_at is null and s.expires_at > now()
      )
      union all
      select document_id from credential
      where key_id is not null and key_id not in (
        select k.id from api_keys k join users u on u.id = k.user_id and u.deactivated_at is null
        where k.id in (select key_id from credential) and k.revoked_at is null
          and (k.expires_at is null or k.expires_at > now())
      )
      union all
      select credential.document_id
      from credential join batch using (document_id)
      join workspaces w on w.id = batch.workspace_id and w.second_factor_required
      left join auth_sessions s on s.id = credential.session_id
      left join api_keys k on k.id = credential.key_id
      where case when s.id is not null then ${sql.unsafe(hasSessionSecondFactor("s"))}
        else ${sql.unsafe(hasKeySecondFactor("k"))} end is not true
    ), free as (
      select d.id
      from batch join documents d on d.id = batch.document_id
      ${saves}
      where d.workspace_id = batch.workspace_id and d.version = batch.expected and d.deleted_at is null
        and d.id not in (select document_id from refused) ${isCurrent}
      for no key update of d skip locked
    ), document as (
      update documents d
      set version = batch.version, updated_at = now(), updated_by = batch.updated_by ${set}
      from batch join free on free.id = batch.document_id ${saves}
      where d.id = batch.document_id
      returning d.id, d.workspace_id, d.content_version, batch.expected, d.title, d.folder_id, d.language, d.updated_at
    ), new_client as (
      insert into document_clients (document_id, workspace_id, client_id, user_id)
      select document.id, document.workspace_id, client.client_id, client.user_id
      from document join unnest(
        (select ${clients.map(({ documentId }) => documentId)}::uuid[]),
        (select ${clients.map(({ clientId }) => clientId)}::bigint[]),
        (select ${clients.map(({ userId }) => userId)}::uuid[])
      ) as client (document_id, client_id, user_id) on client.document_id = document.id
    ), logged as (
      insert into document_log (document_id, workspace_id, seq, kind, update, author_id, tool)
      select document.id, document.workspace_id, document.expected + entry.number, 'update', entry.update,
        entry.author_id, entry.tool
      from document join entry on entry.document_id = document.id
    )`;
}
