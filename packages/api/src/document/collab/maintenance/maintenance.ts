import type { Database } from "@mdreader/db";

import type { Services } from "../../../context.ts";
import type { Logger } from "../../../ports.ts";
import type { SetTimer } from "../../../util/set-timer.ts";
import { catchDamage } from "../store/damage.ts";
import type { DocumentStore } from "../store/document-store.ts";
import { foldLog, materializeText } from "./materialize.ts";

/** Milliseconds of quiet after which a document's text is written, and the most that it waits while people type. */
const idleMs = 1000;
const maxWaitMs = 5000;

/** The most documents that a search waits for. The texts of any others follow within seconds. */
const maxConcurrentFlushes = 50;

/** Keeps what is derived from the logs of the documents that are edited here close to them. */
export interface DocumentMaintenance {
  /** Is to be told of each change of a document's log. */
  schedule(documentId: string): void;
  /** The documents of a workspace whose texts lag behind their logs, whichever process has written to those. */
  listStale(workspaceId: string): Promise<string[]>;
  /** Writes the texts of these documents, with all that is acknowledged by now. Damaged ones are passed over. */
  flush(documentIds: readonly string[]): Promise<void>;
  /** Does now what is waiting, and takes no more. */
  close(): Promise<void>;
}

export function createDocumentMaintenance(
  { sql }: Pick<Database, "sql">,
  store: DocumentStore,
  log: Logger,
  schedule: SetTimer,
): DocumentMaintenance {
  /** When each changed document changed first since its text was written, and how to call its writing off. */
  const due = new Map<string, { since: number; cancel(): void }>();
  const running = new Set<Promise<void>>();
  const write = coalesce((documentId) => materializeText(sql, store, documentId));

  const run = (documentId: string) => {
    due.delete(documentId);
    const work = maintainDocument(sql, store, documentId)
      .catch((error: unknown) => {
        // Nothing is lost: the log has it, and the next change or the sweep tries again.
        log.warn({ err: error, documentId }, "a document's text could not be written");
      })
      .finally(() => running.delete(work));
    running.add(work);
  };

  return {
    schedule(documentId) {
      const waiting = due.get(documentId);
      waiting?.cancel();
      const since = waiting?.since ?? Date.now();
      const wait = Math.max(0, Math.min(idleMs, since + maxWaitMs - Date.now()));
      due.set(documentId, { since, cancel: schedule(() => run(documentId), wait) });
    },
    async listStale(workspaceId) {
      const found = await sql<{ id: string }[]>`
        select document_id as id from stale_documents
        where workspace_id = ${workspaceId} order by since limit ${maxConcurrentFlushes}`;
      return found.map(({ id }) => id);
    },
    async flush(documentIds) {
      await Promise.all(documentIds.map((documentId) => catchDamage(write(documentId), null)));
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

/** Does `work` for one document at a time: whoever asks while it is being done shares the next time. */
function coalesce(work: (documentId: string) => Promise<unknown>): (documentId: string) => Promise<unknown> {
  const last = new Map<string, { begun: boolean; done: Promise<unknown> }>();
  return (documentId) => {
    const before = last.get(documentId);
    if (before?.begun === false) return before.done;
    const turn = { begun: false, done: Promise.resolve<unknown>(undefined) };
    turn.done = (before?.done ?? Promise.resolve())
      .catch(() => {})
      .then(() => {
        turn.begun = true;
        return work(documentId);
      })
      .finally(() => {
        if (last.get(documentId) === turn) last.delete(documentId);
      });
    last.set(documentId, turn);
    return turn.done;
  };
}

/** Writes a document's text, and folds its log if that has grown. */
export async function maintainDocument(
  sql: Database["sql"],
  store: DocumentStore,
  documentId: string,
): Promise<void> {
  await materializeText(sql, store, documentId);
  await foldLog(sql, store, documentId);
}

/** How many documents one sweep looks at. */
const sweepBatch = 100;

/**
 * Tidies documents that a process left behind when it was killed.
 * @returns How many there were, of a hundred at most.
 */
export async function recoverStaleDocuments({
  database,
  documents,
  log,
}: Pick<Services, "database" | "documents" | "log">): Promise<number> {
  const { sql } = database;
  const abandoned = await sql<{ id: string }[]>`
    select document_id as id from stale_documents
    where since < now() - interval '30 seconds'
    order by since
    limit ${sweepBatch}`;
  for (const { id } of abandoned) {
    // One that can't be, such as one that is being purged, does not keep the others.
    await maintainDocument(sql, documents, id).catch(async (error: unknown) => {
      log.warn({ err: error, documentId: id }, "a document's text could not be written");
      // Nor does it come first again.
      await sql`update stale_documents set since = now() where document_id = ${id}`;
    });
  }
  return abandoned.length;
}

/**
 * Forgets what writes were answered under their idempotency keys: whoever asks again has done so by then.
 * @returns How many were forgotten.
 */
export async function sweepIdempotencyKeys({ database }: Pick<Services, "database">): Promise<number> {
  const forgotten = await database.sql`
    delete from idempotency_keys where created_at < now() - interval '7 days'`;
  return forgotten.count;
}
