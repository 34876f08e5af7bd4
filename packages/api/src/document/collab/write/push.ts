import { setTimeout as delay } from "node:timers/promises";

import type { DocumentAccess } from "../../../access/authorize.ts";
import type { Caller } from "../../../access/identity.ts";
import { AppError } from "../../../errors.ts";
import type { Ports } from "../../../ports.ts";
import { countBatch } from "../../../util/keyed-batches.ts";
import { publishUpdate } from "../store/document-channel.ts";
import type { DocumentStore } from "../store/document-store.ts";
import type { editAction, NewUpdate } from "../store/log.ts";
import { batchLimits } from "./batch-cost.ts";
import { createCommitThrottle } from "./commit-throttle.ts";
import { planBatch } from "./plan-batch.ts";

/** An update that is waiting for its commit. */
interface PendingUpdate extends NewUpdate {
  caller: Caller;
  resolve(seq: number): void;
  reject(error: unknown): void;
}

export interface UpdateCommitter {
  /**
   * Appends an update of a live editor, together with all pending updates of that document, in one transaction.
   * @returns Its number, after the commit.
   * @throws AppError BAD_UPDATE, FOREIGN_CLIENT_ID, UPDATE_GAP, DOCUMENT_TOO_LARGE; NOT_FOUND or ROLE_TOO_LOW when
   *   access was lost in the meantime. Nothing is written in that case.
   */
  push(access: DocumentAccess<typeof editAction>, update: Uint8Array): Promise<number>;
}

/**
 * Maximum bytes of pending updates of all documents. Further updates are rejected while the database does not
 * respond.
 */
const maxWaitingBytes = 128 * 1024 * 1024;

/**
 * Group commit: the next batch collects updates while the current one is being committed. Updates wait for nothing
 * else, except in documents in which many people type.
 */
export function createUpdateCommitter(services: Pick<Ports, "bus">, store: DocumentStore): UpdateCommitter {
  const waiting = new Map<string, PendingUpdate[]>();
  const pacing = createCommitThrottle(() => performance.now());
  let waitingBytes = 0;

  const commit = async (documentId: string, queue: PendingUpdate[]): Promise<void> => {
    while (queue.length > 0) {
      const pause = pacing.delay(documentId);
      if (pause > 0) await delay(pause);
      const batch: PendingUpdate[] = [];
      const takeWaiting = () => {
        const count = countBatch([...batch, ...queue], batchLimits);
        batch.push(...queue.splice(0, Math.max(0, count - batch.length)));
      };
      takeWaiting();
      pacing.onCommit(documentId);
      pacing.onWrite(documentId, await commitBatch(services, store, documentId, { batch, takeWaiting }));
      for (const { update } of batch) waitingBytes -= update.byteLength;
    }
    waiting.delete(documentId);
  };

  return {
    push: ({ document, caller }, update) =>
      new Promise((resolve, reject) => {
        if (waitingBytes + update.byteLength > maxWaitingBytes) {
          return reject(new AppError("UNAVAILABLE", { retryAfter: 1 }));
        }
        waitingBytes += update.byteLength;
        const { userId: authorId, apiKeyName } = caller;
        const entry = { update, caller, authorId, apiKeyName, resolve, reject };
        const gathering = waiting.get(document.id);
        if (gathering !== undefined) return void gathering.push(entry);
        const queue = [entry];
        waiting.set(document.id, queue);
        void commit(document.id, queue);
      }),
  };
}

interface Batch {
  batch: readonly PendingUpdate[];
  /** Adds the updates that have arrived since to the batch. Called whenever the batch is planned. */
  takeWaiting(): void;
}

/** Commits the valid updates of a batch, and settles all of them. @returns The client IDs of the written updates. */
async function commitBatch(
  services: Pick<Ports, "bus">,
  store: DocumentStore,
  documentId: string,
  { batch, takeWaiting }: Batch,
): Promise<ReadonlySet<number>> {
  try {
    const { from, result } = await store.write(documentId, (live) => {
      takeWaiting();
      const planned = planBatch(live, batch);
      const { accepted: updates, newOwners } = planned;
      return { write: { updates, newOwners, callers: updates.map(({ caller }) => caller) }, result: planned };
    });
    result.accepted.forEach(({ update, authorId, resolve }, index) => {
      const seq = from + 1 + index;
      publishUpdate(services, documentId, { seq, update, authorId });
      resolve(seq);
    });
    for (const [entry, error] of result.refused) entry.reject(error);
    return result.clientIds;
  } catch (error) {
    // An author without access must not cost the others their edits, so each update is retried alone.
    const together = error instanceof AppError && error.reason === "NOT_FOUND" && batch.length > 1;
    if (together) {
      for (const entry of batch) {
        await commitBatch(services, store, documentId, { batch: [entry], takeWaiting: () => {} });
      }
    } else for (const { reject } of batch) reject(error);
    return new Set();
  }
}
