import { ConnectionError, type Sql } from "@mdreader/db";

import { createBatchQueue } from "../../../util/batch-queue.ts";
import {
  editDocuments,
  isLive,
  isPlainSave,
  type LiveAppend,
  type PlainSave,
  saveDocuments,
} from "./append-together.ts";
import { type Append, type AppendedRow, appendUpdates } from "./log.ts";

/** The outcome of an append. */
export interface AppendOutcome {
  isWritten: boolean;
  /** The document's row; null if nothing was written, or by live edits that shared a statement. */
  row: AppendedRow | null;
}

/** Maximum documents, and bytes of updates and texts, per statement. A larger append has a statement of its own. */
const appendLimits = {
  maxCount: 100,
  maxWeight: 256 * 1024,
  weigh: ({ bytes }: PendingAppend) => bytes,
};

interface PendingAppend<Item extends Append = Append> {
  append: Item;
  bytes: number;
  resolve(outcome: AppendOutcome): void;
  reject(error: unknown): void;
}

/** Writes appends to different documents. Returns those that were written. */
type AppendTogether<Item> = (
  sql: Sql,
  appends: readonly Item[],
) => Promise<ReadonlyMap<string, AppendedRow | null>>;

/**
 * Group commit for several documents: of live edits, and of saves. While few people write, each append has its own
 * statement at once.
 * @returns A function that appends as `appendUpdates`.
 */
export function createBatchedAppend(sql: Sql): (append: Append) => Promise<AppendOutcome> {
  const edit = createAppendLane<LiveAppend>(sql, editDocuments);
  const save = createAppendLane<PlainSave>(sql, saveDocuments);
  return (append) =>
    isLive(append) ? edit(append) : isPlainSave(append) ? save(append) : appendAlone(sql, append);
}

/** Appends in a statement of its own. */
export async function appendAlone(sql: Sql, append: Append): Promise<AppendOutcome> {
  const row = await appendUpdates(sql, append);
  return { isWritten: row !== null, row };
}

function createAppendLane<Item extends Append>(sql: Sql, appendTogether: AppendTogether<Item>) {
  const enqueue = createBatchQueue<PendingAppend<Item>>(
    (batch) => write(sql, batch, appendTogether),
    appendLimits,
  );
  return (append: Item) =>
    new Promise<AppendOutcome>((resolve, reject) =>
      enqueue({ append, bytes: countBytes(append), resolve, reject }),
    );
}

const countBytes = ({ updates, saved }: Append): number =>
  updates.reduce((sum, { update }) => sum + update.byteLength, saved?.row?.content.length ?? 0);

/** Writes appends to different documents, and settles them. */
async function write<Item extends Append>(
  sql: Sql,
  batch: readonly PendingAppend<Item>[],
  appendTogether: AppendTogether<Item>,
): Promise<void> {
  let written: ReadonlyMap<string, AppendedRow | null> = new Map();
  try {
    if (batch.length > 1)
      written = await appendTogether(
        sql,
        batch.map(({ append }) => append),
      );
  } catch (error) {
    // The statement may have been committed.
    if (error instanceof ConnectionError) return batch.forEach(({ reject }) => reject(error));
  }
  for (const { append, resolve } of batch) {
    const row = written.get(append.documentId);
    if (row !== undefined) resolve({ isWritten: true, row });
  }
  // Only a statement of its own waits for locks, and shows what is wrong.
  const others = batch.filter(({ append }) => !written.has(append.documentId));
  await Promise.all(
    others.map(({ append, resolve, reject }) => appendAlone(sql, append).then(resolve, reject)),
  );
}
