import * as Y from "yjs";

/** The parts of an update that split text: the neighbors of its structs, and its deletions. */
export interface SplitCauses {
  structs: readonly (Y.Item | Y.GC | Y.Skip)[];
  deletions: ReadonlyMap<number, readonly { clock: number; len: number }[]>;
}

/** Yjs splits fewer pieces than this. */
const minPieces = 100;

/**
 * Splits a document's text where an update will split it, in one pass over each client's structs. The result is the same as
 * in Yjs, which splits one piece at a time and moves all later structs in the array each time. That takes seconds for tens
 * of thousands of pieces.
 */
export function splitAhead(transaction: Y.Transaction, { structs, deletions }: SplitCauses): void {
  const { store } = transaction.doc;
  for (const [client, clocks] of findSplits(structs, deletions)) {
    const existing = store.clients.get(client);
    if (existing === undefined || clocks.neighbors.size + clocks.removed.size < minPieces) continue;
    store.clients.set(client, splitAll(transaction, existing, clocks));
  }
}

/** The clocks before which text is split: at the neighbors of structs, and at both ends of deletions. */
interface SplitPoints {
  neighbors: Set<number>;
  removed: Set<number>;
}

function findSplits(
  structs: SplitCauses["structs"],
  deletions: SplitCauses["deletions"],
): Map<number, SplitPoints> {
  const splitPoints = new Map<number, SplitPoints>();
  const getSplitPoints = (client: number): SplitPoints => {
    const points = splitPoints.get(client) ?? { neighbors: new Set(), removed: new Set() };
    splitPoints.set(client, points);
    return points;
  };
  for (const struct of structs) {
    if (!(struct instanceof Y.Item)) continue;
    const { origin, rightOrigin } = struct;
    if (origin !== null) getSplitPoints(origin.client).neighbors.add(origin.clock + 1);
    if (rightOrigin !== null) getSplitPoints(rightOrigin.client).neighbors.add(rightOrigin.clock);
  }
  for (const [client, ranges] of deletions) {
    const { removed } = getSplitPoints(client);
    for (const { clock, len } of ranges) removed.add(clock).add(clock + len);
  }
  return splitPoints;
}

type Structs = (Y.Item | Y.GC)[];

function splitAll(
  transaction: Y.Transaction,
  structs: Structs,
  { neighbors, removed }: SplitPoints,
): Structs {
  const clocks = Float64Array.from(new Set([...neighbors, ...removed])).toSorted();
  const pieces: Structs = [];
  let next = 0;
  for (const struct of structs) {
    const end = struct.id.clock + struct.length;
    let rest = struct;
    for (; (clocks[next] ?? Infinity) < end; next += 1) {
      const clock = clocks[next] ?? 0;
      if (clock <= rest.id.clock || !(rest instanceof Y.Item)) continue;
      if (rest.deleted && !neighbors.has(clock)) continue;
      pieces.push(rest);
      rest = splitItem(transaction, rest, clock - rest.id.clock);
    }
    pieces.push(rest);
  }
  return pieces;
}

/** Same as the internal function of Yjs. */
function splitItem(transaction: Y.Transaction, item: Y.Item, length: number): Y.Item {
  const { client, clock } = item.id;
  const right = new Y.Item(
    Y.createID(client, clock + length),
    item,
    Y.createID(client, clock + length - 1),
    item.right,
    item.rightOrigin,
    item.parent,
    item.parentSub,
    item.content.splice(length),
  );
  if (item.deleted) right.markDeleted();
  item.right = right;
  if (right.right !== null) right.right.left = right;
  // Yjs' internal list of items to merge at the end.
  // oxlint-disable-next-line no-underscore-dangle
  transaction._mergeStructs.push(right);
  item.length = length;
  return right;
}

/** Merges the items that a transaction split, if they are still adjacent. */
export function mergeSplitItems(transaction: Y.Transaction): void {
  /* oxlint-disable no-underscore-dangle -- As above. */
  const { _mergeStructs: split, doc } = transaction;
  if (split.length < minPieces) return;
  transaction._mergeStructs = [];
  /* oxlint-enable no-underscore-dangle */
  const pieces = new Set<Y.AbstractStruct>(split);
  for (const client of new Set(split.map(({ id }) => id.client))) {
    const merged: Structs = [];
    for (const struct of doc.store.clients.get(client) ?? []) {
      const last = merged.at(-1);
      if (!pieces.has(struct) || last === undefined || !mergeItems(last, struct)) merged.push(struct);
    }
    doc.store.clients.set(client, merged);
  }
}

const mergeItems = (left: Structs[number], right: Structs[number]): boolean =>
  left instanceof Y.Item &&
  right instanceof Y.Item &&
  left.deleted === right.deleted &&
  left.mergeWith(right);
