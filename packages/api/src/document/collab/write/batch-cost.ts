import type { ValidUpdate } from "@mdreader/collab";
import { hasAdjacentNeighbors } from "@mdreader/collab/integration";

import { countStructs, type LiveDocument, maxDocumentSteps } from "../store/live-document.ts";

/**
 * Bounds the cost of a batch of updates: of its commit, and of resolving its conflicts, here, on each load of the
 * document, and in each reader's browser.
 */

/**
 * Maximum updates and bytes per commit. A larger update is committed alone. Keystrokes of many people stay far below this,
 * and one validation covers hardly more structs than a single update may have.
 */
export const batchLimits = {
  maxCount: 500,
  maxWeight: 256 * 1024,
  weigh: ({ update }: { update: Uint8Array }) => update.byteLength,
};

/**
 * Maximum conflict-resolution steps of one update. A malicious one takes millions on each load of the document, and in
 * each reader's browser.
 */
const maxUpdateSteps = 2_000_000;

/** Maximum structs of a document in which one uncontested struct and one deletion are known to be cheap without a trial. */
const maxUntriedStructs = 500_000;

/** The cost of the document with the updates of a batch that were added so far. */
export interface BatchCost {
  /** Whether an update needs no trial, as most keystrokes. */
  isCheap(update: ValidUpdate): boolean;
  /** Maximum conflict-resolution steps of an update. */
  maxSteps(update: ValidUpdate): number;
  /** Adds an update that took this many steps. */
  add(update: ValidUpdate, steps: number): void;
}

export function createBatchCost(live: LiveDocument): BatchCost {
  let structs = countStructs(live);
  let { steps } = live;
  const roomFor = (total: number) => maxDocumentSteps(total) - steps;
  return {
    isCheap(update) {
      const isKeystroke = update.structs.length <= 1 && countRanges(update) <= 1;
      if (!isKeystroke || structs + update.structs.length >= maxUntriedStructs) return false;
      return update.structs.every((struct) => hasAdjacentNeighbors(live.doc, struct));
    },
    maxSteps: (update) => Math.min(maxUpdateSteps, Math.max(roomFor(structs + update.structs.length), 0)),
    add(update, taken) {
      structs += update.structs.length;
      steps += taken;
    },
  };
}

/** Counts the ranges that an update deletes. */
const countRanges = ({ deletions }: ValidUpdate) =>
  deletions.values().reduce((sum, { length }) => sum + length, 0);
