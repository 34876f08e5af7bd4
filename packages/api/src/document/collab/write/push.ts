import { setTimeout as delay } from "node:timers/promises";

import {
  applyUpdates,
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
import type { Caller, Services } from "../../../context.ts";
import { AppError } from "../../../errors.ts";
import { publishUpdate } from "../store/document-channel.ts";
import type { DocumentStore } from "../store/document-store.ts";
import { maxBytesPerUnit, countBytes, countStructs, type LiveDocument } from "../store/live-document.ts";
import type { editAction, NewUpdate } from "../store/log.ts";
import { createCommitThrottle } from "./commit-throttle.ts";

const problemReasons: Record<UpdateProblem, Reason> = {
  empty: "BAD_UPDATE",
  malformed: "BAD_UPDATE",
  foreignClient: "FOREIGN_CLIENT_ID",
  gap: "UPDATE_GAP",
  tooCostly: "BAD_UPDATE",
};

/** An update that waits for its commit. */
interface PendingUpdate extends NewUpdate {
  caller: Caller;
  resolve(seq: number): void;
  reject(error: unknown): void;
}

export interface UpdateCommitter {
  /**
   * Appends an update of a live editor, with all others of that document that wait at that moment, in one transaction.
   * @returns Its number, once it is committed.
   * @throws AppError BAD_UPDATE, FOREIGN_CLIENT_ID, UPDATE_GAP, DOCUMENT_TOO_LARGE; NOT_FOUND or ROLE_TOO_LOW when the
   *   access was lost meanwhile. Then nothing of it was written.
   */
  push(access: DocumentAccess<typeof editAction>, update: Uint8Array): Promise<number>;
}

/**
 * What is committed together: so many updates, and so many bytes of them; one that is larger goes alone. A crowd's
 * keystrokes are far below, and what is checked in one go has hardly more structs than a single update may have.
 */
const maxBatch = { updates: 500, bytes: 256 * 1024 };

/** Bytes of updates of all documents that may wait: while the database says nothing, no more are taken in. */
const maxWaitingBytes = 128 * 1024 * 1024;

/**
 * Group commit: while one batch is being committed, the next one gathers. An update waits for nothing else, unless a
 * crowd types in its document.
 */
export function createUpdateCommitter(
  services: Pick<Services, "bus">,
  store: DocumentStore,
): UpdateCommitter {
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

/** How many of the first ones go together. */
function takeBatch(queue: readonly PendingUpdate[]): number {
  let bytes = 0;
  const over = queue.findIndex(({ update }) => (bytes += update.byteLength) > maxBatch.bytes);
  return Math.min(maxBatch.updates, over === -1 ? queue.length : Math.max(1, over));
}

/** Commits what fits of a batch, and answers all of it. @returns The client ids under which something was written. */
async function commitBatch(
  services: Pick<Services, "bus">,
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
    // One author who was put out must not cost the others their edits: each is tried by itself.
    const together = error instanceof AppError && error.reason === "NOT_FOUND" && batch.length > 1;
    if (together) for (const entry of batch) await commitBatch(services, store, documentId, [entry]);
    else for (const { reject } of batch) reject(error);
    return new Set();
  }
}

/**
 * Steps of conflict resolution that one update may take, and a document in all: a few, and more for each of its structs. Of
 * people who type at one place at once, each letter takes as many as there are people; an update that is made to be costly
 * takes millions, each time that the document is loaded, and in each reader's browser.
 */
const maxSteps = { update: 2_000_000, document: 4_000_000, perStruct: 16 };

/** One struct in a document of no more than so many takes no trial to tell that it is cheap. */
const maxUntriedStructs = 500_000;

/** How many stretches an update removes. */
const countRanges = ({ deletions }: ValidUpdate) =>
  deletions.values().reduce((sum, { length }) => sum + length, 0);

/** Near the limit of size, how many updates of a batch are tried out: each costs a copy of the document. */
const maxSizeTrials = 10;

/** Tells the updates that fit, each on top of those before it, from those that don't. */
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

  const roomFor = (structs: number) => maxSteps.document + maxSteps.perStruct * structs - cost.steps;

  /** Whether an update takes no trial: most keystrokes don't. */
  const isSurelyCheap = (checked: UpdateValidation): boolean => {
    if (!checked.ok) return true;
    const structs = cost.structs + checked.structs.length;
    const isKeystroke = checked.structs.length <= 1 && countRanges(checked) <= 1;
    return isKeystroke && structs < maxUntriedStructs && roomFor(structs) > structs;
  };

  const judge = (trial: Trial | null, entry: PendingUpdate, checked = check(entry)): Reason | null => {
    if (!checked.ok) return problemReasons[checked.problem];
    const structs = cost.structs + checked.structs.length;
    const tried = trial?.attempt(checked, Math.min(maxSteps.update, Math.max(roomFor(structs), 0))) ?? null;
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

  const note = (entry: PendingUpdate, reason: Reason | null) => {
    if (reason === null) return;
    refused.set(entry, new AppError(reason, reason === "UNAVAILABLE" ? { retryAfter: 1 } : {}));
  };
  const [first] = batch;
  const alone = first !== undefined && batch.length === 1 ? { entry: first, checked: check(first) } : null;
  // Even an empty trial takes as long as a document has client IDs.
  if (alone !== null && isSurelyCheap(alone.checked))
    note(alone.entry, judge(null, alone.entry, alone.checked));
  else {
    withTrial(live.doc, (trial) => {
      for (const entry of batch) note(entry, judge(trial, entry, alone?.checked));
    });
  }
  return { accepted, refused, claims, clientIds: new Set(clocks.keys()) };
}

/**
 * Tells whether the document surely stays within its size, however its new characters are written. It is counted only when
 * it may not.
 */
function createSizeEstimate(
  live: LiveDocument,
  batch: readonly PendingUpdate[],
): (inserted: number) => boolean {
  // A unit of text takes at least a byte in an update.
  const insertedAtMost = batch.reduce((sum, { update }) => sum + update.byteLength, 0);
  if (live.maxBytes + insertedAtMost * maxBytesPerUnit > maxDocumentBytes) countBytes(live);
  let bytes = live.maxBytes;
  return (inserted) => {
    if (inserted > 0 && bytes + inserted * maxBytesPerUnit > maxDocumentBytes) return false;
    bytes += inserted * maxBytesPerUnit;
    return true;
  };
}

/** Whether what comes of the updates is within the size: they may take away what they add. */
function isWithinSize(
  live: LiveDocument,
  updates: readonly Pick<NewUpdate, "update">[],
): "DOCUMENT_TOO_LARGE" | null {
  const after = new Y.Doc();
  applyUpdates(after, [Y.encodeStateAsUpdate(live.doc), ...updates.map(({ update }) => update)]);
  return fitsDocument(getText(after).toJSON()) ? null : "DOCUMENT_TOO_LARGE";
}
