import { anchorOf, diffText, indexIn, offsetOf, quoteOf, rangeAfter, type TextRange } from "@mdreader/collab";
import type { CommentAnchorInput } from "@mdreader/contract";
import type { StoredAnchor } from "@mdreader/db";

import type { Services } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { textAt } from "../live/history.ts";
import { type LiveDocument, markdownOf } from "../live/live-document.ts";
import { lineAt } from "./lines.ts";

/** So much of the words is kept as a quote, in UTF-16 units. */
const maxQuote = 2000;

/**
 * Finds the words that a comment is to be about, and what names them for good.
 *
 * @throws AppError ANCHOR_NOT_FOUND when the document has no such words, any more or yet; VERSION_CONFLICT when there is
 *   no such version.
 */
export async function locate(
  { database, documents }: Pick<Services, "database" | "documents">,
  documentId: string,
  input: CommentAnchorInput,
): Promise<StoredAnchor> {
  if ("start" in input) {
    return documents.read(documentId, (live) => stored(live, rangeBetween(live, input)));
  }
  const { version } = input;
  const base = version === undefined ? null : await textAt(database.sql, documentId, version);
  return documents.read(documentId, (live) => {
    const text = markdownOf(live);
    if (base === null || base === text) return stored(live, rangeIn(text, input));
    return stored(live, rangeAfter(diffText(base, text), rangeIn(base, input)));
  });
}

function stored(live: LiveDocument, range: TextRange): StoredAnchor {
  const text = markdownOf(live);
  if (range.from >= range.to || range.to > text.length) throw new AppError("ANCHOR_NOT_FOUND");
  const { quote, before, after } = quoteOf(text, range, maxQuote);
  return {
    ...anchorOf(live.doc, range),
    // Cut between the halves of a surrogate pair, they could not be stored.
    quote: quote.toWellFormed(),
    before: before.toWellFormed(),
    after: after.toWellFormed(),
  };
}

type Relative = Extract<CommentAnchorInput, { start: unknown }>;
type InText = Exclude<CommentAnchorInput, Relative>;

function rangeBetween({ doc }: LiveDocument, { start, end }: Relative): TextRange {
  const [a, b] = [offsetOf(doc, start), offsetOf(doc, end)];
  if (a === null || b === null) throw new AppError("ANCHOR_NOT_FOUND");
  return { from: Math.min(a, b), to: Math.max(a, b) };
}

/** Where the words stand in the text that the writer has. */
function rangeIn(text: string, input: InText): TextRange {
  if ("from" in input) {
    if (input.to > text.length) throw new AppError("ANCHOR_NOT_FOUND");
    return { from: input.from, to: input.to };
  }
  if (!("quote" in input)) return neededLine(text, input.line);
  const { quote, line } = input;
  const from = indexIn(text, quote, line === undefined ? 0 : neededLine(text, line).from);
  if (from === -1) throw new AppError("ANCHOR_NOT_FOUND");
  return { from, to: from + quote.length };
}

function neededLine(text: string, line: number): TextRange {
  const range = lineAt(text, line);
  if (range === null) throw new AppError("ANCHOR_NOT_FOUND");
  return range;
}
