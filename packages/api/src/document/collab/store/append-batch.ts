import { ConnectionError, type Sql } from "@mdreader/db";

import { countGroup } from "../../../util/groups.ts";
import { setSystemTimer } from "../../../util/set-timer.ts";
import { type Append, appendUpdates, editorRoles } from "./log.ts";

/** An append without a saved text and a stored response, such as an edit of a live editor. */
export type LiveAppend = Omit<Append, "saved" | "answer">;

/**
 * Maximum number of statements in flight. Appends that arrive in the meantime share the next one. A statement that takes
 * longer than usual, because it waits for a lock, is not counted.
 */
const maxStatements = 2;
const usualMs = 50;

/** Maximum documents and bytes of updates per statement. A larger append has a statement of its own. */
const batchLimits = {
  maxCount: 100,
  maxWeight: 256 * 1024,
  weigh: ({ bytes }: PendingAppend) => bytes,
};

interface PendingAppend {
  append: LiveAppend;
  bytes: number;
  resolve(isWritten: boolean): void;
  reject(error: unknown): void;
}

/**
 * Group commit for several documents. While few people type, each append has its own statement at once.
 * @returns A function that appends as `appendUpdates`, and returns whether the updates were written.
 */
export function createBatchedAppend(sql: Sql): (append: LiveAppend) => Promise<boolean> {
  const waiting: PendingAppend[] = [];
  let statements = 0;

  const runNext = async () => {
    statements += 1;
    while (waiting.length > 0)
      await settleWithin(usualMs, write(sql, waiting.splice(0, countGroup(waiting, batchLimits))));
    statements -= 1;
  };

  return (append) =>
    new Promise((resolve, reject) => {
      const bytes = append.updates.reduce((sum, { update }) => sum + update.byteLength, 0);
      waiting.push({ append, bytes, resolve, reject });
      if (statements < maxStatements) void runNext();
    });
}

/** Resolves when the work is done or the time is over. */
const settleWithin = (ms: number, work: Promise<void>): Promise<void> =>
  new Promise((resolve) => {
    const cancel = setSystemTimer(resolve, ms);
    void work.then(cancel).then(resolve);
  });

/** Writes appends to different documents, and settles them. */
async function write(sql: Sql, batch: readonly PendingAppend[]): Promise<void> {
  let written: ReadonlySet<string> = new Set();
  try {
    if (batch.length > 1)
      written = await appendToDocuments(
        sql,
        batch.map(({ append }) => append),
      );
  } catch (error) {
    // The statement may have been committed.
    if (error instanceof ConnectionError) return batch.forEach(({ reject }) => reject(error));
  }
  for (const { append, resolve } of batch) if (written.has(append.documentId)) resolve(true);
  // Only a statement of its own waits for locks, and shows what is wrong.
  const others = batch.filter(({ append }) => !written.has(append.documentId));
  await Promise.all(
    others.map(({ append, resolve, reject }) =>
      appendUpdates(sql, append).then((row) => resolve(row !== null), reject),
    ),
  );
}

/**
 * Appends to several documents, under the conditions of `appendUpdates` for each. It skips documents and memberships
 * that are locked, so that no document waits for another one.
 *
 * @returns The documents that were written.
 */
async function appendToDocuments(sql: Sql, appends: readonly LiveAppend[]): Promise<ReadonlySet<string>> {
  const entries = appends.flatMap(({ documentId, updates }) =>
    updates.map((update, index) => ({ ...update, documentId, number: index + 1 })),
  );
  const credentials = appends.flatMap(({ documentId, callers }) =>
    callers.map(({ sessionId, keyId }) => ({ documentId, sessionId, keyId })),
  );
  const clients = appends.flatMap(({ documentId, claims }) =>
    Array.from(claims, ([clientId, userId]) => ({ documentId, clientId, userId })),
  );
  const written = await sql<{ documentId: string }[]>`
    with batch as (
      select * from unnest(
        ${appends.map(({ documentId }) => documentId)}::uuid[],
        ${appends.map(({ workspaceId }) => workspaceId)}::uuid[],
        ${appends.map(({ expected }) => expected)}::int[],
        ${appends.map(({ expected, updates }) => expected + updates.length)}::int[],
        ${appends.map(({ updates }) => updates.at(-1)?.authorId ?? null)}::uuid[]
      ) as batch (document_id, workspace_id, expected, version, updated_by)
    ), entry as (
      select * from unnest(
        ${entries.map(({ documentId }) => documentId)}::uuid[],
        ${entries.map(({ number }) => number)}::int[],
        ${entries.map(({ update }) => update)}::bytea[],
        ${entries.map(({ authorId }) => authorId)}::uuid[],
        ${entries.map(({ tool }) => tool)}::text[]
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
        ${credentials.map(({ documentId }) => documentId)}::uuid[],
        ${credentials.map(({ sessionId }) => sessionId)}::uuid[],
        ${credentials.map(({ keyId }) => keyId)}::uuid[]
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
    ), free as (
      select d.id
      from batch join documents d on d.id = batch.document_id
      where d.workspace_id = batch.workspace_id and d.version = batch.expected and d.deleted_at is null
        and d.id not in (select document_id from refused)
      for no key update of d skip locked
    ), document as (
      update documents d
      set version = batch.version, updated_at = now(), updated_by = batch.updated_by
      from batch, free
      where free.id = batch.document_id and d.id = batch.document_id
      returning d.id, d.workspace_id, d.content_version, batch.expected
    ), noted as (
      insert into stale_documents (document_id, workspace_id)
      select id, workspace_id from document where content_version = expected
      on conflict (document_id) do nothing
    ), claimed as (
      insert into document_clients (document_id, workspace_id, client_id, user_id)
      select document.id, document.workspace_id, claim.client_id, claim.user_id
      from document join unnest(
        ${clients.map(({ documentId }) => documentId)}::uuid[],
        ${clients.map(({ clientId }) => clientId)}::bigint[],
        ${clients.map(({ userId }) => userId)}::uuid[]
      ) as claim (document_id, client_id, user_id) on claim.document_id = document.id
    )
    insert into document_log (document_id, workspace_id, seq, kind, update, author_id, tool)
    select document.id, document.workspace_id, document.expected + entry.number, 'update', entry.update,
      entry.author_id, entry.tool
    from document join entry on entry.document_id = document.id
    returning document_id as "documentId"`;
  return new Set(written.map(({ documentId }) => documentId));
}
