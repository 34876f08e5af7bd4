import * as Y from "yjs";

import { getText } from "./document.ts";
import type { TextEdit } from "./edits.ts";

/**
 * Encodes edits of the document's current text as an update, without changing the document. Null if there are none. This
 * takes a fraction of the time in which a copy of the document is built, edited and encoded.
 *
 * @param clientId The client id of the edits. It must not be in use concurrently.
 */
export function encodeEdits(doc: Y.Doc, clientId: number, edits: readonly TextEdit[]): Uint8Array | null {
  if (edits.length === 0) return null;
  const text = getText(doc);
  const inserted: Y.Item[] = [];
  const removed = new Map<number, DeletedRange[]>();
  let clock = Y.getState(doc.store, clientId);
  // Yjs has no public API for the list of a text's items.
  // oxlint-disable-next-line no-underscore-dangle
  let position: Position = { left: null, item: text._start, start: 0 };
  for (const { at, remove, insert } of edits) {
    position = moveTo(position, at);
    if (insert !== "") {
      const { origin, rightOrigin } = findNeighbors(position, at);
      const id = Y.createID(clientId, clock);
      inserted.push(new Y.Item(id, null, origin, null, rightOrigin, text, null, new Y.ContentString(insert)));
      clock += insert.length;
    }
    const end = at + remove;
    while (position.item !== null && position.start < end) {
      const { item, start } = position;
      const from = Math.max(at - start, 0);
      const len = Math.min(measureText(item), end - start) - from;
      if (len > 0) {
        const ranges = removed.get(item.id.client) ?? [];
        removed.set(item.id.client, ranges);
        ranges.push({ clock: item.id.clock + from, len });
      }
      if (start + measureText(item) > end) break;
      position = skipItem(position, item);
    }
  }
  return encode(inserted, removed);
}

/** A position in a document's list of items. */
interface Position {
  left: Y.Item | null;
  item: Y.Item | null;
  /** The offset of the item in the text. */
  start: number;
}

/** Moves forward to the first item that has the offset inside or at its start. */
function moveTo(from: Position, offset: number): Position {
  let position = from;
  while (position.item !== null && position.start < offset) {
    if (position.start + measureText(position.item) > offset) break;
    position = skipItem(position, position.item);
  }
  return position;
}

const skipItem = ({ start }: Position, item: Y.Item): Position => ({
  left: item,
  item: item.right,
  start: start + measureText(item),
});

interface DeletedRange {
  clock: number;
  len: number;
}

/** Returns the length of an item's text in UTF-16 units; 0 if it is deleted. */
const measureText = ({ deleted, content, length }: Y.Item): number =>
  deleted || !(content instanceof Y.ContentString) ? 0 : length;

/** Returns the ids of the characters on both sides of an offset. */
function findNeighbors({ left, item, start }: Position, offset: number) {
  if (item === null || offset === start)
    return { origin: left?.lastId ?? null, rightOrigin: item?.id ?? null };
  const { client, clock } = item.id;
  return {
    origin: Y.createID(client, clock + offset - start - 1),
    rightOrigin: Y.createID(client, clock + offset - start),
  };
}

/** Encodes structs of one client and deletions in the V1 encoding. */
function encode(
  structs: readonly Y.Item[],
  deletions: ReadonlyMap<number, readonly DeletedRange[]>,
): Uint8Array {
  const encoder = new Y.UpdateEncoderV1();
  const [first] = structs;
  encoder.writeLen(first === undefined ? 0 : 1);
  if (first !== undefined) {
    encoder.writeLen(structs.length);
    encoder.writeClient(first.id.client);
    encoder.writeLen(first.id.clock);
    for (const struct of structs) struct.write(encoder, 0);
  }
  encoder.writeLen(deletions.size);
  for (const [client, ranges] of [...deletions].toSorted(([a], [b]) => b - a)) {
    const joined = joinRanges(ranges);
    encoder.writeClient(client);
    encoder.writeLen(joined.length);
    for (const { clock, len } of joined) {
      encoder.writeDsClock(clock);
      encoder.writeDsLen(len);
    }
  }
  return encoder.toUint8Array();
}

/** Sorts ranges, and joins those that touch. */
function joinRanges(ranges: readonly DeletedRange[]): DeletedRange[] {
  const joined: DeletedRange[] = [];
  for (const { clock, len } of ranges.toSorted((a, b) => a.clock - b.clock)) {
    const last = joined.at(-1);
    if (last !== undefined && last.clock + last.len === clock) last.len += len;
    else joined.push({ clock, len });
  }
  return joined;
}
