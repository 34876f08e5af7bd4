import * as Y from "yjs";

/**
 * Resolves concurrent insertions at one position like Yjs, and counts the steps. Yjs walks over all concurrent items,
 * and forged structs can make it walk over the whole document for each of them, which blocks the process. This walk has
 * the same result, but uses less memory and stops at a limit.
 */

/** The integration of an update exceeds the allowed steps. Thrown before the item is integrated. */
export class IntegrationLimitError extends Error {}

/** The original neighbors of an item were never adjacent for its author. Thrown before the item is integrated. */
export class InvalidNeighborsError extends Error {}

let steps = 0;
let limit = Infinity;
let areNeighborsChecked = false;

/**
 * Runs a function that applies updates, and counts the items that conflict resolution walks over.
 *
 * @param allowedSteps The maximum number of steps.
 * @param checksNeighbors Rejects items between neighbors that were never adjacent for their author. Yjs never creates
 *   such items, and their position would depend on the order of integration, which differs between readers.
 * @throws IntegrationLimitError, InvalidNeighborsError. Structs that were integrated before remain in the document.
 */
export function countSteps(allowedSteps: number, run: () => void, checksNeighbors = false): number {
  const previous = { steps, limit, areNeighborsChecked };
  steps = 0;
  limit = allowedSteps;
  areNeighborsChecked = checksNeighbors;
  try {
    run();
    return steps;
  } finally {
    steps = previous.steps + steps;
    ({ limit, areNeighborsChecked } = previous);
  }
}

function countStep(): void {
  steps += 1;
  if (steps > limit) throw new IntegrationLimitError("Too many conflicts to resolve.");
}

/**
 * Finds the left neighbor of an item whose original neighbors are no longer adjacent.
 *
 * @param first The first item between the original neighbors.
 */
function findLeft(item: Y.Item, first: Y.Item | null, store: Y.Doc["store"]): Y.Item | null {
  /** The positions of the items in the walk, cached on lookup. */
  const positions = new Map<Y.Item | Y.GC, number>();
  let unindexed = first;
  const getPosition = (id: Y.ID, count: number): number | undefined => {
    for (; unindexed !== null && positions.size < count; unindexed = unindexed.right)
      positions.set(unindexed, positions.size);
    return positions.get(Y.getItem(store, id));
  };
  /** The position from which items may still come after this one. */
  let undecidedStart = 0;
  let count = 0;
  let previousItem: Y.Item | null = null;
  let { left } = item;
  for (let other = first; other !== null && other !== item.right; other = other.right) {
    countStep();
    count += 1;
    if (Y.compareIDs(item.origin, other.origin)) {
      if (other.id.client < item.id.client) {
        left = other;
        undecidedStart = count;
      } else if (Y.compareIDs(item.rightOrigin, other.rightOrigin)) break;
    } else {
      if (other.origin === null) break;
      // Items typed in sequence directly follow their origin.
      const position = isLastItem(previousItem, other.origin) ? count - 2 : getPosition(other.origin, count);
      if (position === undefined) break;
      if (position < undecidedStart) {
        left = other;
        undecidedStart = count;
      }
    }
    previousItem = other;
  }
  return left;
}

const isLastItem = (item: Y.Item | null, { client, clock }: Y.ID): boolean =>
  item !== null && item.id.client === client && item.id.clock + item.length - 1 === clock;

/**
 * Checks that the original neighbors of an item are in order, and that they can have been adjacent for its author. No
 * item between them may be older than the item or its neighbors, or than an item that these refer to. Items that the
 * author knew only indirectly are not detected.
 *
 * @param first The first item between the original neighbors.
 */
function checkNeighbors(item: Y.Item, first: Y.Item | null): void {
  const { id, left, right, origin, rightOrigin } = item;
  const isContinued = left?.id.client === id.client && Y.compareIDs(left.rightOrigin, rightOrigin);
  if (isContinued) return;
  const neighborIds = [left?.origin, left?.rightOrigin, right?.origin, right?.rightOrigin];
  const knownIds = [id, origin, rightOrigin, ...neighborIds].filter((earlier) => earlier != null);
  for (let other = first; other !== right; other = other.right) {
    if (other === null) throw new InvalidNeighborsError("The right neighbor is not after the left one.");
    countStep();
    const { client, clock } = other.id;
    if (knownIds.some((earlier) => earlier.client === client && earlier.clock >= clock)) {
      throw new InvalidNeighborsError("The author knew an item between the neighbors.");
    }
  }
}

/** Sets the neighbors of an item, so that Yjs has no conflict to resolve. */
function resolveConflicts(item: Y.Item, store: Y.Doc["store"]): void {
  const { parent, left, right, origin } = item;
  if (!(parent instanceof Y.AbstractType) || item.parentSub !== null) return;
  // Yjs splits the left neighbor again if the right one is a part of it.
  if (areNeighborsChecked && origin !== null && !isLastItem(left, origin)) {
    throw new InvalidNeighborsError("The right neighbor is not after the left one.");
  }
  const isContested = left === null ? right === null || right.left !== null : left.right !== right;
  if (!isContested) return;
  // The internal start of the text in Yjs, which has no public API.
  // oxlint-disable-next-line no-underscore-dangle
  const start: Y.Item | null = parent._start;
  const first = left === null ? start : left.right;
  if (areNeighborsChecked) checkNeighbors(item, first);
  item.left = findLeft(item, first, store);
  item.right = item.left === null ? start : item.left.right;
}

/** The unpatched method, for comparison in tests. */
export const { integrate: originalIntegrate } = Y.Item.prototype;

// Yjs calls this method for each item and has no public hook.
Y.Item.prototype.integrate = function integrateCounted(this: Y.Item, transaction, offset) {
  // An item with a known part directly follows that part.
  if (offset === 0) resolveConflicts(this, transaction.doc.store);
  originalIntegrate.call(this, transaction, offset);
};
