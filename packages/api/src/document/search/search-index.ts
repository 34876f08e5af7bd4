import { advisoryLockSeeds, type Database, type SqlPool } from "@mdreader/db";

import type { Logger } from "../../ports.ts";
import { countBatch } from "../../util/keyed-batches.ts";
import { createPoller } from "../../util/poller.ts";
import type { SetTimer } from "../../util/set-timer.ts";
import { toAliases } from "./aliases.ts";
import { toGrams } from "./grams.ts";
import { separateWords } from "./separate-words.ts";
import { toSearchTokens } from "./tokens.ts";

/** Milliseconds between two looks into the queue: a document is found at most about this long after its change. */
const intervalMs = 1000;

/** Maximum number of documents that are indexed in one transaction, and of the bytes of their texts. */
const indexingLimits = {
  maxCount: 50,
  maxWeight: 1024 * 1024,
  weigh: ({ size }: QueuedDocument) => size,
};

/**
 * New entries of the index of words are collected in a list, which each search reads, until Postgres sorts them in. It does so
 * when the list is long; we do earlier, at most once per number of looks, if there are entries of some documents.
 */
const sorting = { looks: 5, minCount: 20 };

interface QueuedDocument {
  /** The entry of the queue. */
  queueId: string;
  documentId: string;
  size: number;
}

/** Keeps the table that documents are found in up to date, with all other servers. */
export interface SearchIndex {
  /** Starts to index documents in the background as they change. */
  start(): void;
  /** Indexes the documents of a workspace that have changed last, at most 50, so that a search finds them. */
  flush(workspaceId: string): Promise<void>;
  /** Completes the running batch. What is queued stays queued. */
  close(): Promise<void>;
}

export function createSearchIndex(
  { database: { sql }, log }: { database: Pick<Database, "sql">; log: Logger },
  schedule: SetTimer,
): SearchIndex {
  const closing = new AbortController();
  let running = Promise.resolve();
  /** The number of documents that were indexed since entries were sorted in, and of looks into the queue. */
  let unsorted = { count: 0, looks: 0 };
  const warn = (error: unknown) => log.warn({ err: error }, "documents couldn't be indexed");
  const index = async (options?: IndexingOptions): Promise<number> => {
    const count = await indexQueued(sql, options);
    unsorted.count += count;
    return count;
  };
  const indexAll = async () => {
    try {
      while (!closing.signal.aborted && (await isQueued(sql)) && (await index()) > 0);
    } catch (error) {
      warn(error);
      // Nothing is lost: the queue still has the documents.
      await indexOne(sql).catch(warn);
    }
  };
  const sortEntries = async () => {
    unsorted.looks += 1;
    if (unsorted.looks < sorting.looks || unsorted.count < sorting.minCount) return;
    unsorted = { count: 0, looks: 0 };
    await sql`select gin_clean_pending_list('document_search_idx')`.catch((error: unknown) =>
      log.warn({ err: error }, "entries of the search index couldn't be sorted in"),
    );
  };
  const poller = createPoller(schedule, intervalMs, () => (running = indexAll().then(sortEntries)));
  return {
    start: () => poller.start(),
    async flush(workspaceId) {
      try {
        await index({ workspaceId });
        if (await isQueued(sql, workspaceId)) await waitForOthers(sql, workspaceId);
      } catch (error) {
        warn(error);
      }
    },
    async close() {
      closing.abort();
      poller.stop();
      await running;
    },
  };
}

/** Indexes the document that has waited longest. If it fails, it moves to the end of the queue and stops no others. */
async function indexOne(sql: SqlPool): Promise<void> {
  await indexQueued(sql, { maxCount: 1 }).catch(async (error: unknown) => {
    await sql`
      with first as (
        delete from document_search_queue where id = (select id from document_search_queue order by id limit 1)
        returning workspace_id, document_id
      )
      insert into document_search_queue (workspace_id, document_id) select workspace_id, document_id from first`;
    throw error;
  });
}

async function isQueued(sql: SqlPool, workspaceId?: string): Promise<boolean> {
  const [found] = await sql`
    select 1 from document_search_queue
    ${workspaceId === undefined ? sql`` : sql`where workspace_id = ${workspaceId}`} limit 1`;
  return found !== undefined;
}

/** Milliseconds that a search waits at most for documents that other servers are indexing. */
const maxWaitMs = 1000;

/** Waits until other servers have indexed the documents of a workspace that changed last, as far as they have begun. */
async function waitForOthers(sql: SqlPool, workspaceId: string): Promise<void> {
  await sql.begin(async (tx) => {
    await tx.unsafe(`set local lock_timeout = ${maxWaitMs}`);
    await tx`
      select 1 from document_search_queue where workspace_id = ${workspaceId}
      order by id desc limit ${indexingLimits.maxCount} for key share`;
  });
}

/** The workspace whose documents are indexed, and the maximum number of entries of the queue. */
interface IndexingOptions {
  workspaceId?: string;
  maxCount?: number;
}

/**
 * Indexes a batch of queued documents, oldest change first, or those of a workspace, newest change first. Servers take
 * different entries, and a document belongs to one of them until the commit: the next one then reads its newest text. An
 * interrupted batch remains in the queue.
 *
 * @returns The number of entries that are no longer queued.
 */
export async function indexQueued(
  sql: SqlPool,
  { workspaceId, maxCount = indexingLimits.maxCount }: IndexingOptions = {},
): Promise<number> {
  return sql.begin(async (tx) => {
    // A limit in a subquery, because Postgres would plan again for each known one.
    const queued = await tx<QueuedDocument[]>`
      with entry as materialized (
        select id, document_id from document_search_queue
        ${
          workspaceId === undefined
            ? tx`order by id limit (select ${maxCount}::int)`
            : tx`where workspace_id = ${workspaceId} order by id desc limit (select ${maxCount}::int)`
        }
        for update skip locked
      ), document as materialized (
        select document_id, pg_try_advisory_xact_lock(hashtextextended(document_id::text, ${advisoryLockSeeds.searchIndex})) as is_ours
        from (select distinct document_id from entry) one
      )
      select entry.id as "queueId", entry.document_id as "documentId", coalesce(d.size, 0) as size
      from entry join document using (document_id) left join documents d on d.id = document_id
      where is_ours order by entry.id`;
    const batch = queued.slice(0, countBatch(queued, indexingLimits));
    if (batch.length === 0) return 0;
    const ids = [...new Set(batch.map(({ documentId }) => documentId))];
    // A new statement sees what was committed before the lock.
    const texts = await tx<{ id: string; title: string; content: string }[]>`
      select id, title, content from documents where id = any(${ids}::uuid[]) and deleted_at is null`;
    const entries = texts.map(({ id, title, content }) => ({
      id,
      titleWords: separateWords(title),
      words: separateWords(content),
      tokens: toSearchTokens(title, content),
      grams: toGrams(`${title}\n${content}`),
    }));
    const aliases = texts.flatMap(({ id, content }) => toAliases(content).map((alias) => ({ id, ...alias })));
    await tx`
      with entry as (
        select * from jsonb_to_recordset(${JSON.stringify(entries)}::text::jsonb)
          as entry (id uuid, "titleWords" text, words text, tokens text[], grams text)
      ), written as (
        insert into document_search
          (document_id, workspace_id, language, title, size, title_words, words, tokens, grams)
        select d.id, d.workspace_id, d.search_language, d.title, d.size,
          search_title_vector(d.search_language, d.title),
          search_separated_vector(d.search_language, entry."titleWords", entry.words),
          entry.tokens, ('x' || entry.grams)::bit(4096)
        from documents d join entry on entry.id = d.id
        where d.deleted_at is null
        for key share of d
        on conflict (document_id) do update set
          language = excluded.language, title = excluded.title, size = excluded.size, title_words = excluded.title_words,
          words = excluded.words, tokens = excluded.tokens, grams = excluded.grams
      ), removed as (
        delete from document_search
        where document_id = any(${ids}::uuid[]) and document_id <> all(${texts.map(({ id }) => id)}::uuid[])
      ), alias as (
        select * from jsonb_to_recordset(${JSON.stringify(aliases)}::text::jsonb)
          as alias (id uuid, name text, "foldedName" text)
      ), written_aliases as (
        insert into document_aliases (document_id, workspace_id, name, folded_name)
        select d.id, d.workspace_id, alias.name, alias."foldedName" from documents d join alias on alias.id = d.id
        where d.deleted_at is null
        on conflict (document_id, folded_name) do update set name = excluded.name
        where document_aliases.name <> excluded.name
      ), removed_aliases as (
        delete from document_aliases old
        where document_id = any(${ids}::uuid[])
          and not exists (select from alias where alias.id = old.document_id and alias."foldedName" = old.folded_name)
      )
      delete from document_search_queue where id = any(${batch.map(({ queueId }) => queueId)}::bigint[])`;
    return batch.length;
  });
}
