import { setTimeout as delay } from "node:timers/promises";

import {
  createYDoc,
  type UpdateValidation,
  validateUpdate,
  type ValidUpdate,
  getText,
  type UpdateProblem,
} from "@mdreader/collab";
import { type Trial, withTrial } from "@mdreader/collab/integration";
import { fitsDocument, maxDocumentBytes, type Reason } from "@mdreader/contract";
import * as Y from "yjs";

import type { DocumentAccess } from "../../../access/authorize.ts";
import type { Caller } from "../../../access/identity.ts";
import { AppError } from "../../../errors.ts";
import type { Ports } from "../../../ports.ts";
import { publishUpdate } from "../store/document-channel.ts";
import type { DocumentStore } from "../store/document-store.ts";
import {
  countBytes,
  countStructs,
  type LiveDocument,
  maxBytesPerUnit,
  maxCopySteps,
  maxDocumentSteps,
  runWithinSteps,
} from "../store/live-document.ts";
import type { editAction, NewUpdate } from "../store/log.ts";
import { createCommitThrottle } from "./commit-throttle.ts";

const problemReasons: Record<UpdateProblem, Reason> = {
  empty: "BAD_UPDATE",
  malformed: "BAD_UPDATE",
  foreignClient: "FOREIGN_CLIENT_ID",
  gap: "UPDATE_GAP",
  tooCostly: "BAD_UPDATE",
};

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
 * Maximum updates and bytes per commit. A larger update goes alone. Keystrokes of many people stay far below this,
 * and one validation covers hardly more structs than a single update may have.
 */
const maxBatch = { updates: 500, bytes: 256 * 1024 };

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
      const batch = queue.splice(0, takeBatch(queue));
      pacing.onCommit(documentId);
      pacing.onWrite(documentId, await commitBatch(services, store, documentId, batch));
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
        const { userId: authorId, tool } = caller;
        const entry = { update, caller, authorId, tool, resolve, reject };
        const gathering = waiting.get(document.id);
        if (gathering !== undefined) return void gathering.push(entry);
        const queue = [entry];
        waiting.set(document.id, queue);
        void commit(document.id, queue);
      }),
  };
}

/** Returns the number of leading updates that go into the next batch. */
function takeBatch(queue: readonly PendingUpdate[]): number {
  let bytes = 0;
  const over = queue.findIndex(({ update }) => (bytes += update.byteLength) > maxBatch.bytes);
  return Math.min(maxBatch.updates, over === -1 ? queue.length : Math.max(1, over));
}

/** Commits the valid updates of a batch, and settles all of them. @returns The client IDs of the written updates. */
async function commitBatch(
  services: Pick<Ports, "bus">,
  store: DocumentStore,
  documentId: string,
  batch: readonly PendingUpdate[],
): Promise<ReadonlySet<number>> {
  try {
    const { from, result } = await store.write(documentId, (live) => {
      const planned = planBatch(live, batch);
      const { accepted: updates, claims } = planned;
      return { write: { updates, claims, callers: updates.map(({ caller }) => caller) }, result: planned };
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
    if (together) for (const entry of batch) await commitBatch(services, store, documentId, [entry]);
    else for (const { reject } of batch) reject(error);
    return new Set();
  }
}

/**
 * Maximum conflict-resolution steps of one update. A malicious one takes millions on each load of the document, and in
 * each reader's browser.
 */
const maxUpdateSteps = 2_000_000;

/** Maximum structs of a document in which one more struct is known to be cheap without a trial. */
const maxUntriedStructs = 500_000;

/** Counts the ranges that an update deletes. */
const countRanges = ({ deletions }: ValidUpdate) =>
  deletions.values().reduce((sum, { length }) => sum + length, 0);

/** Maximum trials per batch for documents near the size limit. Each trial copies the document. */
const maxSizeTrials = 10;

/** Separates the updates that are valid, each on top of those before it, from those that are not. */
function planBatch(live: LiveDocument, batch: readonly PendingUpdate[]) {
  const fitsByUpperBound = createSizeEstimate(live, batch);
  const { store } = live.doc;
  const clocks = new Map<number, number>();
  const claims = new Map<number, string>();
  const refused = new Map<PendingUpdate, AppError>();
  const accepted: PendingUpdate[] = [];
  const cost = { structs: countStructs(live), steps: live.steps };
  let sizeTrials = 0;

  const check = (entry: PendingUpdate) => {
    const ownerOf = (clientId: number) =>
      claims.get(clientId) ?? (live.owners.has(clientId) ? live.owners.get(clientId) : entry.authorId);
    return validateUpdate(entry.update, {
      clockOf: (clientId) => clocks.get(clientId) ?? Y.getState(store, clientId),
      owns: (clientId) => ownerOf(clientId) === entry.authorId,
    });
  };

  const roomFor = (structs: number) => maxDocumentSteps(structs) - cost.steps;

  /** Whether an update needs no trial, as most keystrokes. */
  const isCheap = (checked: UpdateValidation): boolean => {
    if (!checked.ok) return true;
    const structs = cost.structs + checked.structs.length;
    const isKeystroke = checked.structs.length <= 1 && countRanges(checked) <= 1;
    return isKeystroke && structs < maxUntriedStructs && roomFor(structs) > structs;
  };

  const evaluate = (trial: Trial | null, entry: PendingUpdate, checked = check(entry)): Reason | null => {
    if (!checked.ok) return problemReasons[checked.problem];
    const structs = cost.structs + checked.structs.length;
    const tried = trial?.attempt(checked, Math.min(maxUpdateSteps, Math.max(roomFor(structs), 0))) ?? null;
    if (tried?.ok === false) return problemReasons[tried.problem];
    if (!fitsByUpperBound(checked.inserted)) {
      sizeTrials += 1;
      const reason = sizeTrials > maxSizeTrials ? "UNAVAILABLE" : isWithinSize(live, [...accepted, checked]);
      if (reason !== null) {
        tried?.rollBack();
        return reason;
      }
    }
    cost.structs = structs;
    cost.steps += tried?.steps ?? 0;
    for (const [clientId, clock] of checked.state) {
      clocks.set(clientId, clock);
      if (!live.owners.has(clientId)) claims.set(clientId, entry.authorId);
    }
    accepted.push({ ...entry, update: checked.update });
    return null;
  };

  const recordRefusal = (entry: PendingUpdate, reason: Reason | null) => {
    if (reason === null) return;
    refused.set(entry, new AppError(reason, reason === "UNAVAILABLE" ? { retryAfter: 1 } : {}));
  };
  const [first] = batch;
  const single = first !== undefined && batch.length === 1 ? { entry: first, checked: check(first) } : null;
  // Even an empty trial takes time proportional to the number of client IDs.
  if (single !== null && isCheap(single.checked))
    recordRefusal(single.entry, evaluate(null, single.entry, single.checked));
  else {
    withTrial(live.doc, (trial) => {
      for (const entry of batch) recordRefusal(entry, evaluate(trial, entry, single?.checked));
    });
  }
  return { accepted, refused, claims, clientIds: new Set(clocks.keys()) };
}

/**
 * Checks whether the document stays within its maximum size for any encoding of the new characters. It counts the
 * text only if the upper bound exceeds the maximum.
 */
function createSizeEstimate(
  live: LiveDocument,
  batch: readonly PendingUpdate[],
): (inserted: number) => boolean {
  // A code unit takes at least one byte in an update.
  const insertedAtMost = batch.reduce((sum, { update }) => sum + update.byteLength, 0);
  if (live.maxBytes + insertedAtMost * maxBytesPerUnit > maxDocumentBytes) countBytes(live);
  let bytes = live.maxBytes;
  return (inserted) => {
    if (inserted > 0 && bytes + inserted * maxBytesPerUnit > maxDocumentBytes) return false;
    bytes += inserted * maxBytesPerUnit;
    return true;
  };
}

/** Checks the size of the result. Updates may delete the text that they insert. */
function isWithinSize(
  live: LiveDocument,
  updates: readonly Pick<NewUpdate, "update">[],
): "DOCUMENT_TOO_LARGE" | null {
  const after = runWithinSteps(maxCopySteps, () =>
    createYDoc([Y.encodeStateAsUpdate(live.doc), ...updates.map(({ update }) => update)]),
  );
  return after !== null && fitsDocument(getText(after.result).toJSON()) ? null : "DOCUMENT_TOO_LARGE";
}
