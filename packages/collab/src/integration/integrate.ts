import * as Y from "yjs";

/**
 * Resolves concurrent insertions at one position like Yjs, and counts the steps. Yjs walks over all concurrent items; forged
 * structs can make it walk over the whole document for each of them, which blocks the process. This walk has the same
 * result, but uses less memory and stops at a limit.
 */

/** The integration of an update exceeds the allowed steps. Thrown before the item is integrated. */
export class IntegrationLimitError extends Error {}

let steps = 0;
let limit = Infinity;

/**
 * Runs a function that applies updates, and counts the items that conflict resolution walks over.
 *
 * @param allowedSteps The maximum number of steps.
 * @throws IntegrationLimitError beyond that; structs integrated before remain in the document.
 */
export function countSteps(allowedSteps: number, run: () => void): number {
  const outer = { steps, limit };
  steps = 0;
  limit = allowedSteps;
  try {
    run();
    return steps;
  } finally {
    steps = outer.steps + steps;
    limit = outer.limit;
  }
}

/**
 * Finds the left neighbor of an item whose original neighbors are no longer adjacent.
 *
 * @param first The first item between them.
 */
function findLeft(item: Y.Item, first: Y.Item | null, store: Y.Doc["store"]): Y.Item | null {
  /** The positions of the items walked over, cached on lookup. */
  const places = new Map<Y.Item | Y.GC, number>();
  let unplaced = first;
  const placeOf = (id: Y.ID, count: number): number | undefined => {
    for (; unplaced !== null && places.size < count; unplaced = unplaced.right)
      places.set(unplaced, places.size);
    return places.get(Y.getItem(store, id));
  };
  /** The position from which items walked over may still come after this one. */
  let undecidedFrom = 0;
  let count = 0;
  let before: Y.Item | null = null;
  let { left } = item;
  for (let other = first; other !== null && other !== item.right; other = other.right) {
    steps += 1;
    if (steps > limit) throw new IntegrationLimitError("Too many conflicts to resolve.");
    count += 1;
    if (Y.compareIDs(item.origin, other.origin)) {
      if (other.id.client < item.id.client) {
        left = other;
        undecidedFrom = count;
      } else if (Y.compareIDs(item.rightOrigin, other.rightOrigin)) break;
    } else {
      if (other.origin === null) break;
      // Items typed in sequence directly follow their origin.
      const place = isLastItem(before, other.origin) ? count - 2 : placeOf(other.origin, count);
      if (place === undefined) break;
      if (place < undecidedFrom) {
        left = other;
        undecidedFrom = count;
      }
    }
    before = other;
  }
  return left;
}

const isLastItem = (item: Y.Item | null, { client, clock }: Y.ID): boolean =>
  item !== null && item.id.client === client && item.id.clock + item.length - 1 === clock;

/** Sets the left neighbor of an item, so that Yjs has no conflict to resolve. */
function resolveConflicts(item: Y.Item, store: Y.Doc["store"]): void {
  const { parent, left, right } = item;
  if (!(parent instanceof Y.AbstractType) || item.parentSub !== null) return;
  const isContested = left === null ? right === null || right.left !== null : left.right !== right;
  if (!isContested) return;
  // The internal start of the text in Yjs, which has no public API.
  // oxlint-disable-next-line no-underscore-dangle
  const start: Y.Item | null = parent._start;
  item.left = findLeft(item, left === null ? start : left.right, store);
  item.right = item.left === null ? start : item.left.right;
}

/** Yjs' own method of integrating an item, which the tests compare with. */
export const { integrate: originalIntegrate } = Y.Item.prototype;

// Yjs calls this method for each item and has no public hook.
Y.Item.prototype.integrate = function integrateCounted(this: Y.Item, transaction, offset) {
  // An item with a known part directly follows that part.
  if (offset === 0) resolveConflicts(this, transaction.doc.store);
  originalIntegrate.call(this, transaction, offset);
};
