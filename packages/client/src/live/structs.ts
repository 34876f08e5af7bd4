import * as Y from "yjs";

/** The next clock of each client ID. */
export type Clocks = ReadonlyMap<number, number>;

/** The server's clocks and removed characters. */
export interface ServerState {
  clocks: Clocks;
  removed: Removed;
}

type Removed = ReturnType<typeof Y.decodeUpdate>["ds"];
type Range = { clock: number; len: number };

export const readClocks = (doc: Y.Doc): Map<number, number> => Y.decodeStateVector(Y.encodeStateVector(doc));

/** The number of updates merged at once. Yjs scans all of them for each struct, so larger groups would be slow. */
const maxMergedUpdates = 8;

/** Merges updates in time that is roughly proportional to their number. */
export function mergeMany(updates: readonly Uint8Array[]): Uint8Array {
  let merged = [...updates];
  while (merged.length > 1) {
    const groups = Array.from({ length: Math.ceil(merged.length / maxMergedUpdates) }, (_, index) =>
      merged.slice(index * maxMergedUpdates, (index + 1) * maxMergedUpdates),
    );
    merged = groups.map((group) => Y.mergeUpdates(group));
  }
  return merged[0] ?? Y.encodeStateAsUpdate(new Y.Doc());
}

/**
 * Encodes as one update the characters of the own client IDs and the removals that the server lacks. Other clients send
 * their own edits. Returns null if the server lacks nothing.
 */
export function encodeOwnDifference(
  doc: Y.Doc,
  ownClientIds: ReadonlySet<number>,
  server: ServerState,
): Uint8Array | null {
  const clocks = readClocks(doc);
  const target = new Map(clocks);
  for (const id of ownClientIds) target.set(id, Math.min(clocks.get(id) ?? 0, server.clocks.get(id) ?? 0));
  const isNews = [...ownClientIds].some((id) => (target.get(id) ?? 0) < (clocks.get(id) ?? 0));
  // An update without structs is a zero followed by the removals. Every other update ends with the same bytes.
  const removals = Y.encodeStateAsUpdate(doc, Y.encodeStateVector(clocks)).subarray(1);
  const all = Y.encodeStateAsUpdate(doc, Y.encodeStateVector(target));
  const removed = findUnknownRemovals(doc, ownClientIds, server);
  if (!isNews && removed.size === 0) return null;
  return concatBytes(all.subarray(0, all.length - removals.length), encodeRemovals(removed));
}

/** The text of the characters from the clocks in `unsent` on, with a blank line between passages from different places. */
export function findUnsentText(ytext: Y.Text, unsent: Clocks): string {
  const passages: string[] = [];
  let isAdjacent = false;
  for (let item = ytext._start; item !== null; item = item.right) {
    if (item.deleted || !(item.content instanceof Y.ContentString)) continue;
    const first = unsent.get(item.id.client) ?? Number.POSITIVE_INFINITY;
    const sentLength = Math.max(0, first - item.id.clock);
    const text = item.content.str.slice(sentLength);
    if (text !== "" && isAdjacent && sentLength === 0) passages.push((passages.pop() ?? "") + text);
    else if (text !== "") passages.push(text);
    isAdjacent = text !== "";
  }
  return passages.join("\n\n");
}

/** The removals that the server lacks, of characters that it has or that belong to the own client IDs. */
function findUnknownRemovals(
  doc: Y.Doc,
  ownClientIds: ReadonlySet<number>,
  server: ServerState,
): Map<number, Range[]> {
  const { ds } = Y.decodeUpdate(Y.encodeStateAsUpdate(doc, Y.encodeStateVector(doc)));
  const beyond = new Map<number, Range[]>();
  for (const [client, ranges] of ds.clients) {
    const end = ownClientIds.has(client) ? Number.POSITIVE_INFINITY : (server.clocks.get(client) ?? 0);
    const left = subtractRanges(ranges, server.removed.clients.get(client) ?? [], end);
    if (left.length > 0) beyond.set(client, left);
  }
  return beyond;
}

/** The parts of sorted ranges that are in none of `others` and before `end`. */
function subtractRanges(ranges: readonly Range[], others: readonly Range[], end: number): Range[] {
  const result: Range[] = [];
  let next = 0;
  for (const range of ranges) {
    let at = range.clock;
    const stop = Math.min(range.clock + range.len, end);
    while (next > 0 && (others[next - 1]?.clock ?? 0) + (others[next - 1]?.len ?? 0) > at) next -= 1;
    for (let other = others[next]; other !== undefined && other.clock < stop; other = others[++next]) {
      if (other.clock > at) result.push({ clock: at, len: other.clock - at });
      at = Math.max(at, other.clock + other.len);
    }
    if (at < stop) result.push({ clock: at, len: stop - at });
  }
  return result;
}

/** Encodes the end of a V1 update: the removed ranges of each client ID. */
function encodeRemovals(removed: ReadonlyMap<number, readonly Range[]>): Uint8Array {
  const bytes: number[] = [];
  const write = (value: number) => {
    let rest = value;
    for (; rest > 0x7f; rest = Math.floor(rest / 0x80)) bytes.push(0x80 | (rest % 0x80));
    bytes.push(rest);
  };
  write(removed.size);
  for (const [client, ranges] of removed) {
    write(client);
    write(ranges.length);
    for (const { clock, len } of ranges) {
      write(clock);
      write(len);
    }
  }
  return Uint8Array.from(bytes);
}

function concatBytes(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
