import * as Y from "yjs";

import { getText } from "./document.ts";
import type { TextEdit } from "./edits.ts";
import { linearIndexOf } from "./kmp.ts";

/** A stretch of a text: UTF-16 units, from the first up to and without the last. */
export interface TextRange {
  from: number;
  to: number;
}

/** Names one character for good, whatever is written around it. */
export interface CharacterId {
  client: number;
  clock: number;
}

/**
 * Words of a document, known by the characters that they begin and end with: what is written inside belongs to them,
 * what is written beside them does not. Removed characters keep their place, so an anchor never gets lost.
 */
export interface Anchor {
  first: CharacterId;
  last: CharacterId;
}

/** Words as they were when they were anchored, with a little of what stood around them. */
export interface TextQuote {
  quote: string;
  before: string;
  after: string;
}

/** How many units of what stands around words are kept with them. */
const contextLength = 32;
/** So many units are taken for enough to know words by, elsewhere in a text. */
const minUniqueLength = 24;

/** The anchor of the words that now stand in `range`, which must not be empty and lie within the text. */
export function createTextAnchor(doc: Y.Doc, { from, to }: TextRange): Anchor {
  const first = Y.createRelativePositionFromTypeIndex(getText(doc), from).item;
  const last = Y.createRelativePositionFromTypeIndex(getText(doc), to, -1).item;
  if (first === null || last === null || from >= to) throw new RangeError("no words stand there");
  return {
    first: { client: first.client, clock: first.clock },
    last: { client: last.client, clock: last.clock },
  };
}

/** The words in `range` of a text: no more than their first `maxLength` units. */
export function createQuote(text: string, { from, to }: TextRange, maxLength: number): TextQuote {
  const end = Math.min(to, from + maxLength);
  return {
    quote: text.slice(from, end),
    before: text.slice(Math.max(0, from - contextLength), from),
    after: text.slice(end, end + contextLength),
  };
}

/** Words where they stand in the present text, and the characters that they begin and end with now. */
export interface ResolvedAnchor extends TextRange {
  anchor: Anchor;
}

/**
 * Where anchored words stand now; null where they are gone. All are found in one walk through the document.
 *
 * Words that were removed and came back, as when someone takes a removal back, restores a version, or cuts a paragraph
 * and pastes it elsewhere, are new characters to Yjs: those are found by their text and what stood around it.
 */
export function resolveAnchors(
  doc: Y.Doc,
  anchored: readonly (Anchor & TextQuote)[],
): (ResolvedAnchor | null)[] {
  if (anchored.length === 0) return [];
  const places = findPositions(
    doc,
    anchored.flatMap(({ first, last }) => [first, last]),
  );
  const text = getText(doc).toJSON();
  return anchored.map((words) => {
    const [begin, end] = [places(words.first), places(words.last)];
    if (begin === null || end === null) return null;
    const range = { from: begin.at, to: end.removed ? end.at : end.at + 1 };
    const found = begin.removed || end.removed ? findQuote(text, words) : null;
    if (found !== null) return { ...found, anchor: createTextAnchor(doc, found) };
    return range.from < range.to ? { ...range, anchor: { first: words.first, last: words.last } } : null;
  });
}

function findQuote(text: string, { quote, before, after }: TextQuote): TextRange | null {
  // With all that stood around them; or with what stood on their lines, if that is enough to know them by.
  const start = before.slice(before.lastIndexOf("\n") + 1);
  const [end = ""] = after.split("\n", 1);
  const isTelling = start.length + quote.length + end.length >= minUniqueLength;
  for (const [left, right] of [[before, after] as const, ...(isTelling ? [[start, end] as const] : [])]) {
    const at = linearIndexOf(text, left + quote + right);
    if (at !== -1) return { from: at + left.length, to: at + left.length + quote.length };
  }
  return null;
}

/**
 * Where the words in a range of a text stand after edits of that text: what is left of them, with what was written in
 * between. The range is empty, `from` not being before `to`, when nothing is left.
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

/** A place in the present text that was given as a relative position; null where the document has no such character. */
export function toOffset(doc: Y.Doc, position: object): number | null {
  const relative = Y.createRelativePositionFromJSON(position);
  if (relative.item === null && relative.tname === null) return null;
  return Y.createAbsolutePositionFromRelativePosition(relative, doc, false)?.index ?? null;
}

/** Where a character stands, or, when it was removed, would stand. */
interface CharacterPosition {
  at: number;
  removed: boolean;
}

function findPositions(
  doc: Y.Doc,
  ids: readonly CharacterId[],
): (id: CharacterId) => CharacterPosition | null {
  const itemOf = ({ client, clock }: CharacterId): Y.Item | null => {
    if (Y.getState(doc.store, client) <= clock) return null;
    const struct: unknown = Y.getItem(doc.store, Y.createID(client, clock));
    return struct instanceof Y.Item ? struct : null;
  };
  const wanted = new Set(ids.map(itemOf));
  const starts = new Map<Y.Item, number>();
  let at = 0;
  for (let item = getText(doc)._start; item !== null; item = item.right) {
    if (wanted.has(item)) starts.set(item, at);
    if (!item.deleted && item.countable) at += item.length;
  }
  return (id) => {
    const item = itemOf(id);
    const start = item === null ? undefined : starts.get(item);
    if (item === null || start === undefined) return null;
    return item.deleted
      ? { at: start, removed: true }
      : { at: start + id.clock - item.id.clock, removed: false };
  };
}
