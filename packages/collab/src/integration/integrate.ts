import * as Y from "yjs";

/**
 * The order of concurrent insertions at one place, as Yjs decides it, with the work counted. Yjs walks over what others
 * have inserted there; made-up structs let it walk over a whole document for each of them, which blocks whoever applies
 * them. The walk here comes to the same place, only remembers less, and stops at a limit.
 */

/** The integration of an update would take more steps than are allowed. Thrown before the item is placed. */
export class IntegrationLimitError extends Error {}

let steps = 0;
let limit = Infinity;

/**
 * Runs what applies updates, and counts the items that conflict resolution walks over.
 *
 * @param allowedSteps The most of them.
 * @throws IntegrationLimitError beyond that; the structs until there are in the document.
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
 * The item after which one belongs whose neighbors aren't next to each other any more.
 *
 * @param first The first that has come between them.
 */
function findLeft(item: Y.Item, first: Y.Item | null, store: Y.Doc["store"]): Y.Item | null {
  /** The places of the items that the walk has passed, as far as they had to be looked for. */
  const places = new Map<Y.Item | Y.GC, number>();
  let unplaced = first;
  const placeOf = (id: Y.ID, count: number): number | undefined => {
    for (; unplaced !== null && places.size < count; unplaced = unplaced.right)
      places.set(unplaced, places.size);
    return places.get(Y.getItem(store, id));
  };
  /** From which place on the items passed may still come after this one. */
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
      // What was typed in one go follows its origin directly.
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

/** Places an item of a text, so that Yjs finds nothing left to resolve. */
function resolveConflicts(item: Y.Item, store: Y.Doc["store"]): void {
  const { parent, left, right } = item;
  if (!(parent instanceof Y.AbstractType) || item.parentSub !== null) return;
  const isContested = left === null ? right === null || right.left !== null : left.right !== right;
  if (!isContested) return;
  // Yjs' own marker of where a text begins; there is no other way to it.
  // oxlint-disable-next-line no-underscore-dangle
  const start: Y.Item | null = parent._start;
  item.left = findLeft(item, left === null ? start : left.right, store);
  item.right = item.left === null ? start : item.left.right;
}

// Yjs calls this method of each item, and offers no other way in.
const { integrate: originalIntegrate } = Y.Item.prototype;
Y.Item.prototype.integrate = function integrateCounted(this: Y.Item, transaction, offset) {
  // An item of which a part is known follows that part directly.
  if (offset === 0) resolveConflicts(this, transaction.doc.store);
  originalIntegrate.call(this, transaction, offset);
};
