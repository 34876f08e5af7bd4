import {
  createTextAnchor,
  diffText,
  linearIndexOf,
  toOffset,
  createQuote,
  mapRange,
  type TextRange,
} from "@mdreader/collab";
import type { CommentAnchorInput } from "@mdreader/contract";
import type { StoredAnchor } from "@mdreader/db";

import type { Services } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { readTextAt } from "../collab/read/text-at-version.ts";
import { type LiveDocument, readMarkdown } from "../collab/store/live-document.ts";
import { findLineRange } from "./lines.ts";

/** Maximum length of a stored quote, in UTF-16 units. */
const maxQuoteLength = 2000;

/**
 * Finds the passage that a comment refers to, and creates a permanent anchor for it.
 *
 * @throws AppError ANCHOR_NOT_FOUND when the document does not have the passage; VERSION_CONFLICT when the version
 *   does not exist.
 */
export async function createAnchor(
  { database, documents }: Pick<Services, "database" | "documents">,
  documentId: string,
  input: CommentAnchorInput,
): Promise<StoredAnchor> {
  if ("start" in input) {
    return documents.read(documentId, (live) => toStoredAnchor(live, toRange(live, input)));
  }
  const { version } = input;
  const base = version === undefined ? null : await readTextAt(database.sql, documentId, version);
  return documents.read(documentId, (live) => {
    const text = readMarkdown(live);
    if (base === null || base === text) return toStoredAnchor(live, findRange(text, input));
    return toStoredAnchor(live, mapRange(diffText(base, text), findRange(base, input)));
  });
}

function toStoredAnchor(live: LiveDocument, range: TextRange): StoredAnchor {
  const text = readMarkdown(live);
  if (range.from >= range.to || range.to > text.length) throw new AppError("ANCHOR_NOT_FOUND");
  const { quote, before, after } = createQuote(text, range, maxQuoteLength);
  return {
    ...createTextAnchor(live.doc, range),
    // A quote that is cut inside a surrogate pair could not be stored.
    quote: quote.toWellFormed(),
    before: before.toWellFormed(),
    after: after.toWellFormed(),
  };
}

type RelativeAnchorInput = Extract<CommentAnchorInput, { start: unknown }>;
type TextAnchorInput = Exclude<CommentAnchorInput, RelativeAnchorInput>;

function toRange({ doc }: LiveDocument, { start, end }: RelativeAnchorInput): TextRange {
  const [a, b] = [toOffset(doc, start), toOffset(doc, end)];
  if (a === null || b === null) throw new AppError("ANCHOR_NOT_FOUND");
  return { from: Math.min(a, b), to: Math.max(a, b) };
}

/** Finds the range of the passage in the text that the writer saw. */
function findRange(text: string, input: TextAnchorInput): TextRange {
  if ("from" in input) {
    if (input.to > text.length) throw new AppError("ANCHOR_NOT_FOUND");
    return { from: input.from, to: input.to };
  }
  if (!("quote" in input)) return requireLine(text, input.line);
  const { quote, line } = input;
  const from = linearIndexOf(text, quote, line === undefined ? 0 : requireLine(text, line).from);
  if (from === -1) throw new AppError("ANCHOR_NOT_FOUND");
  return { from, to: from + quote.length };
}

function requireLine(text: string, line: number): TextRange {
  const range = findLineRange(text, line);
  if (range === null) throw new AppError("ANCHOR_NOT_FOUND");
  return range;
}
