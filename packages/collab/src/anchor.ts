import * as Y from "yjs";

import { getText } from "./document.ts";
import type { TextEdit } from "./edits.ts";
import { linearIndexOf } from "./kmp.ts";

/** A half-open range of a text in UTF-16 units. */
export interface TextRange {
  from: number;
  to: number;
}

/** The permanent id of a character. */
export interface CharacterId {
  client: number;
  clock: number;
}

/**
 * A passage of a document, identified by its first and last character: text inserted inside belongs to it, text
 * inserted beside it does not. Deleted characters keep their position, so an anchor is never lost.
 */
export interface Anchor {
  first: CharacterId;
  last: CharacterId;
}

/** The text of a passage when it was anchored, with some context. */
export interface TextQuote {
  quote: string;
  before: string;
  after: string;
}

/** UTF-16 units of context stored on each side of a quote. */
const contextLength = 32;
/** The minimum length in UTF-16 units for a passage to be identified by its text alone. */
const minUniqueLength = 24;

/**
 * Anchors the passage in `range`.
 *
 * @throws RangeError if the range is empty or outside the text.
 */
export function createTextAnchor(doc: Y.Doc, { from, to }: TextRange): Anchor {
  const first = Y.createRelativePositionFromTypeIndex(getText(doc), from).item;
  const last = Y.createRelativePositionFromTypeIndex(getText(doc), to, -1).item;
  if (first === null || last === null || from >= to)
    throw new RangeError("the range is empty or outside the text");
  return {
    first: { client: first.client, clock: first.clock },
    last: { client: last.client, clock: last.clock },
  };
}

/** Quotes the passage in `range`, limited to its first `maxLength` UTF-16 units. */
export function createQuote(text: string, { from, to }: TextRange, maxLength: number): TextQuote {
  const end = Math.min(to, from + maxLength);
  return {
    quote: text.slice(from, end),
    before: text.slice(Math.max(0, from - contextLength), from),
    after: text.slice(end, end + contextLength),
  };
}

/** A passage in the current text, with its current anchor. */
export interface ResolvedAnchor extends TextRange {
  anchor: Anchor;
}

/**
 * Resolves anchors in the current text; null for deleted passages. One pass over the document resolves all.
 *
 * A deleted passage that reappears, for example after an undo, a restored version, or a cut and paste, has new
 * characters in Yjs. It is found by its text and context.
 */
export function resolveAnchors(
  doc: Y.Doc,
  anchored: readonly (Anchor & TextQuote)[],
): (ResolvedAnchor | null)[] {
  if (anchored.length === 0) return [];
  const findPosition = createPositionFinder(
    doc,
    anchored.flatMap(({ first, last }) => [first, last]),
  );
  const text = getText(doc).toJSON();
  return anchored.map((anchor) => {
    const [begin, end] = [findPosition(anchor.first), findPosition(anchor.last)];
    if (begin === null || end === null) return null;
    const range = { from: begin.at, to: end.isDeleted ? end.at : end.at + 1 };
    const found = begin.isDeleted || end.isDeleted ? findQuote(text, anchor) : null;
    if (found !== null) return { ...found, anchor: createTextAnchor(doc, found) };
    return range.from < range.to ? { ...range, anchor: { first: anchor.first, last: anchor.last } } : null;
  });
}

function findQuote(text: string, { quote, before, after }: TextQuote): TextRange | null {
  // First the full context, then the context on the same lines if it is long enough to be unique.
  const start = before.slice(before.lastIndexOf("\n") + 1);
  const [end = ""] = after.split("\n", 1);
  const isUnique = start.length + quote.length + end.length >= minUniqueLength;
  for (const [left, right] of [[before, after] as const, ...(isUnique ? [[start, end] as const] : [])]) {
    const at = linearIndexOf(text, left + quote + right);
    if (at !== -1) return { from: at + left.length, to: at + left.length + quote.length };
  }
  return null;
}

/**
 * Maps a range of a text through edits: the result contains the remaining text and insertions inside it. If nothing
 * remains, `from` is not before `to`.
 */
export function mapRange(edits: readonly TextEdit[], { from, to }: TextRange): TextRange {
  const after = { from, to };
  for (const { at, remove, insert } of edits) {
    const end = at + remove;
    if (end <= from) after.from += insert.length - remove;
    else if (at <= from) after.from += at + insert.length - from;
    if (at >= to) continue;
    after.to += end <= to ? insert.length - remove : at - to;
  }
  return after;
}

/** Returns the offset of a relative position in the current text; null if the document doesn't have its character. */
export function toOffset(doc: Y.Doc, position: object): number | null {
  const relative = Y.createRelativePositionFromJSON(position);
  if (relative.item === null && relative.tname === null) return null;
  return Y.createAbsolutePositionFromRelativePosition(relative, doc, false)?.index ?? null;
}

/** The offset of a character. A deleted character has the offset at which its text was. */
interface CharacterPosition {
  at: number;
  isDeleted: boolean;
}

function createPositionFinder(
  doc: Y.Doc,
  ids: readonly CharacterId[],
): (id: CharacterId) => CharacterPosition | null {
  const findItem = ({ client, clock }: CharacterId): Y.Item | null => {
    if (Y.getState(doc.store, client) <= clock) return null;
    const struct: unknown = Y.getItem(doc.store, Y.createID(client, clock));
    return struct instanceof Y.Item ? struct : null;
  };
  const items = new Set(ids.map(findItem));
  const starts = new Map<Y.Item, number>();
  let at = 0;
  for (let item = getText(doc)._start; item !== null; item = item.right) {
    if (items.has(item)) starts.set(item, at);
    if (!item.deleted && item.countable) at += item.length;
  }
  return (id) => {
    const item = findItem(id);
    const start = item === null ? undefined : starts.get(item);
    if (item === null || start === undefined) return null;
    return item.deleted
      ? { at: start, isDeleted: true }
      : { at: start + id.clock - item.id.clock, isDeleted: false };
  };
}
