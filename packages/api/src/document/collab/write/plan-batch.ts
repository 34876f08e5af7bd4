import { createYDoc, getText, type UpdateProblem, validateUpdate } from "@mdreader/collab";
import { type Trial, withTrial } from "@mdreader/collab/integration";
import { fitsDocument, maxDocumentBytes, type Reason } from "@mdreader/contract";
import * as Y from "yjs";

import { AppError } from "../../../errors.ts";
import {
  countBytes,
  type LiveDocument,
  maxBytesPerUnit,
  maxCopySteps,
  runWithinSteps,
} from "../store/live-document.ts";
import type { NewUpdate } from "../store/log.ts";
import { createBatchCost } from "./batch-cost.ts";

const problemReasons: Record<UpdateProblem, Reason> = {
  empty: "BAD_UPDATE",
  malformed: "BAD_UPDATE",
  foreignClient: "FOREIGN_CLIENT_ID",
  gap: "UPDATE_GAP",
  tooCostly: "BAD_UPDATE",
};

/** Maximum trials per batch for documents near the size limit. Each trial copies the document. */
const maxSizeTrials = 10;

/** Separates the updates that are valid, each on top of those before it, from those that are not. */
export function planBatch<Entry extends NewUpdate>(live: LiveDocument, batch: readonly Entry[]) {
  const fitsByUpperBound = createSizeEstimate(live, batch);
  const { store } = live.doc;
  const clocks = new Map<number, number>();
  const newOwners = new Map<number, string>();
  const refused = new Map<Entry, AppError>();
  const accepted: Entry[] = [];
  const cost = createBatchCost(live);
  let sizeTrials = 0;

  const check = (entry: Entry) => {
    const findOwner = (clientId: number) =>
      newOwners.get(clientId) ?? (live.owners.has(clientId) ? live.owners.get(clientId) : entry.authorId);
    return validateUpdate(entry.update, {
      getClock: (clientId) => clocks.get(clientId) ?? Y.getState(store, clientId),
      isOwnClientId: (clientId) => findOwner(clientId) === entry.authorId,
    });
  };

  const evaluate = (trial: Trial | null, entry: Entry, checked = check(entry)): Reason | null => {
    if (!checked.ok) return problemReasons[checked.problem];
    const tried = trial?.attempt(checked, cost.maxSteps(checked)) ?? null;
    if (tried?.ok === false) return problemReasons[tried.problem];
    if (!fitsByUpperBound(checked.inserted)) {
      sizeTrials += 1;
      const reason = sizeTrials > maxSizeTrials ? "UNAVAILABLE" : isWithinSize(live, [...accepted, checked]);
      if (reason !== null) {
        tried?.rollBack();
        return reason;
      }
    }
    cost.add(checked, tried?.steps ?? 0);
    for (const [clientId, clock] of checked.state) {
      clocks.set(clientId, clock);
      if (!live.owners.has(clientId)) newOwners.set(clientId, entry.authorId);
    }
    accepted.push({ ...entry, update: checked.update });
    return null;
  };

  const recordRefusal = (entry: Entry, reason: Reason | null) => {
    if (reason === null) return;
    refused.set(entry, new AppError(reason, reason === "UNAVAILABLE" ? { retryAfter: 1 } : {}));
  };
  const [first] = batch;
  const single = first !== undefined && batch.length === 1 ? { entry: first, checked: check(first) } : null;
  // Even an empty trial takes time proportional to the number of client IDs.
  if (single !== null && (!single.checked.ok || cost.isCheap(single.checked)))
    recordRefusal(single.entry, evaluate(null, single.entry, single.checked));
  else {
    withTrial(live.doc, (trial) => {
      for (const entry of batch) recordRefusal(entry, evaluate(trial, entry, single?.checked));
    });
  }
  return { accepted, refused, newOwners, clientIds: new Set(clocks.keys()) };
}

/**
 * Checks whether the document stays within its maximum size for any encoding of the new characters. It counts the
 * text only if the upper bound exceeds the maximum.
 */
function createSizeEstimate(
  live: LiveDocument,
  batch: readonly Pick<NewUpdate, "update">[],
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
