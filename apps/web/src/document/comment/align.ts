/** Letters and digits. Punctuation is what Markdown adds, removes and replaces. */
const significant = /[\p{L}\p{N}]/u;

/** Parts of the source that are not rendered as text: link targets, HTML tags, entities, boxes of tasks, languages of code. */
const unrendered =
  /(?<=\])\([^()\s]*(?:\([^()]*\)[^()\s]*)*(?:\s+"[^"]*")?\)|<\/?[a-z][^>]*>|&#?\w+;|(?<=^\s*(?:[-*+]|\d+[.)])\s+)\[[ xX]\]|(?<=^\s*(?:`{3,}|~{3,})).*$/gimu;

/**
 * Finds the characters of a block's source that its rendered text shows.
 * @returns For each UTF-16 unit of `rendered`, its index in `source`, or -1.
 */
export function alignRendered(source: string, rendered: string): Int32Array {
  const masked = source.replaceAll(unrendered, (part) => " ".repeat(part.length));
  const indexes = new Int32Array(rendered.length).fill(-1);
  let at = 0;
  for (let index = 0; index < rendered.length; index += 1) {
    const character = rendered[index] ?? "";
    if (!significant.test(character)) continue;
    const found = masked.indexOf(character, at);
    // A character that the source lacks, such as the number of a list item, must not skip the rest.
    if (found < 0 || found - at > maxGap) continue;
    indexes[index] = found;
    at = found + 1;
  }
  return indexes;
}

/** The longest run of source characters, in UTF-16 units, that is skipped between two rendered characters. */
const maxGap = 200;

interface Range {
  from: number;
  to: number;
}

/** The range of the source that a range of the rendered text shows; null if it has no letters or digits. */
export function toSourceRange(indexes: Int32Array, { from, to }: Range): Range | null {
  const shown = indexes.slice(from, to).filter((index) => index >= 0);
  const [first, last] = [shown.at(0), shown.at(-1)];
  return first === undefined || last === undefined ? null : { from: first, to: last + 1 };
}

/** The range of the rendered text that shows a range of the source; null if nothing of it is rendered. */
export function toRenderedRange(indexes: Int32Array, { from, to }: Range): Range | null {
  const isInside = (index: number) => index >= from && index < to;
  const first = indexes.findIndex(isInside);
  return first < 0 ? null : { from: first, to: indexes.findLastIndex(isInside) + 1 };
}
