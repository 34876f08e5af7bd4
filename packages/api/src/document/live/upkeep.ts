import type { Database } from "@mdreader/db";

import type { Services } from "../../context.ts";
import type { Logger } from "../../ports.ts";
import type { Schedule } from "../../realtime/schedule.ts";
import { foldLog, writeText } from "./materialize.ts";
import type { Workshop } from "./workshop.ts";

/** Milliseconds of quiet after which a document's text is written, and the most that it waits while people type. */
const quiet = 1000;
const patience = 5000;

/** Keeps what is derived from the logs of the documents that are edited here close to them. */
export interface Upkeep {
  /** Is to be told of each change of a document's log. */
  changed(documentId: string, workspaceId: string): void;
  /** Writes the texts of a workspace's documents that are waiting, now. */
  settle(workspaceId: string): Promise<void>;
  /** Does now what is waiting, and takes no more. */
  close(): Promise<void>;
}

export function createUpkeep(
  { sql }: Pick<Database, "sql">,
  workshop: Workshop,
  log: Logger,
  schedule: Schedule,
): Upkeep {
  /** When each changed document changed first since its text was written, and how to call its writing off. */
  const due = new Map<string, { workspaceId: string; since: number; cancel(): void }>();
  const running = new Map<Promise<void>, string>();

  const run = (documentId: string, workspaceId: string) => {
    due.delete(documentId);
    const work = tidy(sql, workshop, documentId)
      .catch((error: unknown) => {
        // Nothing is lost: the log has it, and the next change or the sweep tries again.
        log.warn({ err: error, documentId }, "a document's text could not be written");
      })
      .finally(() => running.delete(work));
    running.set(work, workspaceId);
  };

  const runWaiting = async (concerns: (workspaceId: string) => boolean) => {
    for (const [documentId, { workspaceId, cancel }] of due) {
      if (!concerns(workspaceId)) continue;
      cancel();
      run(documentId, workspaceId);
    }
    await Promise.all([...running].flatMap(([work, workspaceId]) => (concerns(workspaceId) ? [work] : [])));
  };

  return {
    changed(documentId, workspaceId) {
      const waiting = due.get(documentId);
      waiting?.cancel();
      const since = waiting?.since ?? Date.now();
      const wait = Math.max(0, Math.min(quiet, since + patience - Date.now()));
      due.set(documentId, { workspaceId, since, cancel: schedule(() => run(documentId, workspaceId), wait) });
    },
    settle: (workspaceId) => runWaiting((entry) => entry === workspaceId),
    close: () => runWaiting(() => true),
  };
}

/** Writes a document's text, and folds its log if that has grown. */
export async function tidy(sql: Database["sql"], workshop: Workshop, documentId: string): Promise<void> {
  await writeText(sql, workshop, documentId);
  await foldLog(sql, workshop, documentId);
}

/** How many documents one sweep looks at. */
const sweepBatch = 100;

/**
 * Tidies documents that a process left behind when it was killed.
 * @returns How many there were, of a hundred at most.
 */
export async function tidyAbandoned({
  database,
  documents,
}: Pick<Services, "database" | "documents">): Promise<number> {
  const { sql } = database;
  const abandoned = await sql<{ id: string }[]>`
    select document_id as id from stale_documents
    where since < now() - interval '30 seconds'
    order by since
    limit ${sweepBatch}`;
  for (const { id } of abandoned) await tidy(sql, documents, id);
  return abandoned.length;
}

/**
 * Forgets what writes were answered under their idempotency keys: whoever asks again has done so by then.
 * @returns How many were forgotten.
 */
export async function sweepWrites({ database }: Pick<Services, "database">): Promise<number> {
  const forgotten = await database.sql`
    delete from document_writes where created_at < now() - interval '7 days'`;
  return forgotten.count;
}
