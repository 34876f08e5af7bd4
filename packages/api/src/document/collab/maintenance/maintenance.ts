import type { Database, SqlPool } from "@mdreader/db";

import type { Logger, Ports } from "../../../ports.ts";
import { coalesce } from "../../../util/coalesce.ts";
import type { SetTimer } from "../../../util/set-timer.ts";
import { withDamageFallback } from "../store/damage.ts";
import type { DocumentStore } from "../store/document-store.ts";
import { foldLog } from "./fold-log.ts";
import { materializeText } from "./materialize.ts";

/** Milliseconds without edits before a document's text is written, and the maximum delay during continuous typing. */
const idleMs = 1000;
const maxWaitMs = 15_000;

/** Maximum number of documents that a search waits for. The texts of the others follow within seconds. */
const maxConcurrentFlushes = 50;

/** Keeps the data derived from the logs of documents that are edited here up to date. */
export interface DocumentMaintenance {
  /** Schedules maintenance. Call it after each change of a document's log. */
  schedule(documentId: string): void;
  /**
   * Lists the documents of a workspace whose texts lag behind their logs, including those that other processes
   * edited.
   */
  listStale(workspaceId: string): Promise<string[]>;
  /** Writes the texts of these documents, including every acknowledged edit. Skips damaged documents. */
  flush(documentIds: readonly string[]): Promise<void>;
  /** Runs the pending work and accepts no more. */
  close(): Promise<void>;
}

export function createDocumentMaintenance(
  { sql }: Pick<Database, "sql">,
  store: DocumentStore,
  log: Logger,
  schedule: SetTimer,
): DocumentMaintenance {
  /** Time of each document's first change since its text was last written, and a function that cancels the timer. */
  const due = new Map<string, { since: number; cancel(): void }>();
  const running = new Set<Promise<void>>();
  const write = coalesce((documentId) => materializeText(sql, store, documentId));

  const run = (documentId: string) => {
    due.delete(documentId);
    const work = maintainDocument(sql, store, documentId)
      .catch((error: unknown) => {
        // Nothing is lost: the log has the edits, and the next change or the sweep tries again.
        log.warn({ err: error, documentId }, "a document's text couldn't be saved");
      })
      .finally(() => running.delete(work));
    running.add(work);
  };

  return {
    schedule(documentId) {
      const waiting = due.get(documentId);
      waiting?.cancel();
      const since = waiting?.since ?? Date.now();
      const delayMs = Math.max(0, Math.min(idleMs, since + maxWaitMs - Date.now()));
      due.set(documentId, { since, cancel: schedule(() => run(documentId), delayMs) });
    },
    async listStale(workspaceId) {
      const found = await sql<{ id: string }[]>`
        select document_id as id from stale_documents
        where workspace_id = ${workspaceId} order by since limit ${maxConcurrentFlushes}`;
      return found.map(({ id }) => id);
    },
    async flush(documentIds) {
      await Promise.all(documentIds.map((documentId) => withDamageFallback(write(documentId), null)));
    },
    async close() {
      for (const [documentId, { cancel }] of due) {
        cancel();
        run(documentId);
      }
      await Promise.all(running);
    },
  };
}

/** Number of saves after which a document's log is checked for folding. */
const savesPerFoldCheck = 50;

/** Whether a write is due for maintenance although the document's row has its text: now and then, for the log. */
export const passesFoldCheck = ({ from, to }: { from: number; to: number }): boolean =>
  Math.floor(from / savesPerFoldCheck) < Math.floor(to / savesPerFoldCheck);

/** Writes a document's text, and folds its log if it has grown enough. */
async function maintainDocument(sql: SqlPool, store: DocumentStore, documentId: string): Promise<void> {
  await materializeText(sql, store, documentId);
  await foldLog(sql, store, documentId);
}

/** Maximum number of documents per sweep. */
const sweepBatch = 100;

/**
 * Updates documents that a crashed process left stale.
 * @returns Their number, at most 100.
 */
export async function recoverStaleDocuments({
  database,
  documents,
  log,
}: Pick<Ports, "database" | "log"> & { documents: DocumentStore }): Promise<number> {
  const { sql } = database;
  const abandoned = await sql<{ id: string }[]>`
    select document_id as id from stale_documents
    where since < now() - interval '30 seconds'
    order by since
    limit ${sweepBatch}`;
  for (const { id } of abandoned) {
    // A document that fails, such as one that is being purged, does not block the others.
    await maintainDocument(sql, documents, id).catch(async (error: unknown) => {
      log.warn({ err: error, documentId: id }, "a document's text couldn't be saved");
      // Move it to the end of the queue.
      await sql`update stale_documents set since = now() where document_id = ${id}`;
    });
  }
  return abandoned.length;
}

/**
 * Deletes expired responses to idempotent writes. Retries have stopped by then.
 * @returns The number of deleted responses.
 */
export async function sweepWriteResponses({ database }: Pick<Ports, "database">): Promise<number> {
  const deleted = await database.sql`
    delete from idempotency_keys where created_at < now() - interval '7 days'`;
  return deleted.count;
}
