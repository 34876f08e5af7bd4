import type { Sql } from "@mdreader/db";

import { createSharedReads } from "../../../util/batch-queue.ts";
import { type HistoryHeadRow, sqlSelectHistoryHead } from "../../version/stored-versions.ts";
import { sqlSelectEntries } from "./log.ts";

/** A document's snapshot, and the first page of its log after it. */
export interface StoredDocument extends HistoryHeadRow {
  workspaceId: string;
  logVersion: number;
  snapshotSeq: number | null;
  state: Uint8Array | null;
  /** The numbers of the first page of the log after the snapshot, and its updates. Null without entries. */
  firstSeq: number | null;
  lastSeq: number | null;
  updates: Uint8Array | null;
  clientIds: string[] | null;
  ownerIds: (string | null)[] | null;
}

/** Reads a document as it is stored. With `withHistory`, its newest saved version too. */
export async function readStoredDocument(
  sql: Sql,
  id: string,
  withHistory: boolean,
): Promise<StoredDocument | undefined> {
  const [stored] = await sql<StoredDocument[]>`
    ${sqlSelectStored(sql, withHistory)} from documents d ${sqlJoinStored(sql, withHistory)} where d.id = ${id}`;
  return stored;
}

/** Maximum number of documents that are read in one statement. Each may have several megabytes. */
const maxSharedReads = 16;

/** Reads stored documents. Those that are asked for while others are being read share a statement. */
export function createStoredDocumentReader(sql: Sql): typeof readStoredDocument {
  const createReads = (withHistory: boolean) =>
    createSharedReads<string, StoredDocument | undefined>(
      {
        readAlone: (id) => readStoredDocument(sql, id, withHistory),
        async readTogether(ids) {
          const found = await sql<(StoredDocument & { id: string })[]>`
            ${sqlSelectStored(sql, withHistory)}, d.id
            from unnest((select ${[...new Set(ids)]}::uuid[])) as wanted (id) join documents d using (id)
            ${sqlJoinStored(sql, withHistory)}`;
          const stored = new Map(found.map(({ id, ...document }) => [id, document]));
          return ids.map((id) => stored.get(id));
        },
      },
      maxSharedReads,
    );
  const withoutHistory = createReads(false);
  const withHistory = createReads(true);
  return (on, id, hasHistory) => {
    // While a document is locked, the connection that holds the lock reads it.
    if (on !== sql) return readStoredDocument(on, id, hasHistory);
    return hasHistory ? withHistory(id) : withoutHistory(id);
  };
}

const sqlSelectStored = (sql: Sql, withHistory: boolean) => sql`
  select d.workspace_id as "workspaceId", d.version as "logVersion", s.seq as "snapshotSeq", s.state, log.*, clients.*
    ${withHistory ? sql`, history.*` : sql``}`;

const sqlJoinStored = (sql: Sql, withHistory: boolean) => sql`
  left join lateral (
    select seq, state from document_snapshots where document_id = d.id order by seq desc limit 1
  ) s on true
  cross join lateral (
    select min(seq) as "firstSeq", max(seq) as "lastSeq",
      string_agg(int4send(octet_length(update)) || update, '' order by seq) as updates
    from (${sqlSelectEntries(sql, sql`coalesce(s.seq, 0)`)}) entry
  ) log
  cross join lateral (
    select array_agg(client_id order by client_id) as "clientIds", array_agg(user_id order by client_id) as "ownerIds"
    from document_clients where document_id = d.id
  ) clients
  ${withHistory ? sql`cross join lateral (${sqlSelectHistoryHead(sql)}) history` : sql``}`;
