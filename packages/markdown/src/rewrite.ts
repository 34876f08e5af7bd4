import type { SourceRange } from "./destinations.ts";
import type { LinkSyntax, MarkdownContents } from "./read-markdown.ts";

/** What a part of a text is replaced with. */
export interface TextEdit extends SourceRange {
  text: string;
}

/** A destination that is written in a text, of one link or of all that share a definition. */
export interface Destination extends SourceRange {
  syntax: LinkSyntax;
  target: string;
}

/** Every destination that is written in a text, once, in the order of the text; those of unused definitions as well. */
export function listDestinations({ links, definitions }: MarkdownContents): Destination[] {
  const found = new Map<number, Destination>();
  for (const { syntax, target, destination } of links)
    found.set(destination.start, { ...destination, syntax, target });
  for (const { target, destination } of definitions)
    found.set(destination.start, { ...destination, syntax: "markdown", target });
  return [...found.values()].toSorted((a, b) => a.start - b.start);
}

/**
 * The edits that give links other targets.
 *
 * @param retarget Answers the new target: encoded as an address, except in wiki links. Null leaves the link alone.
 */
export function rewriteLinks(
  contents: MarkdownContents,
  retarget: (destination: Destination) => string | null,
): TextEdit[] {
  return listDestinations(contents).flatMap((destination) => {
    const target = retarget(destination);
    if (target === null || target === destination.target) return [];
    const { start, end, syntax } = destination;
    return [{ start, end, text: writers[syntax](target) }];
  });
}

const writers: Record<LinkSyntax, (target: string) => string> = {
  // What ends a destination in Markdown, and what a table would take for the end of a cell.
  markdown: (target) => target.replaceAll(/[\s()<>\\|]/g, percentEncode).replaceAll(/&(?=#?\w+;)/g, "&amp;"),
  html: (target) => target.replaceAll(/[\s"'<>`=|]/g, percentEncode).replaceAll("&", "&amp;"),
  // Nothing is encoded there: such a name can't be written.
  wiki: (target) => target,
};

const percentEncode = (character: string) =>
  Array.from(
    new TextEncoder().encode(character),
    (byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`,
  ).join("");

/** The text with all edits made. None of them overlap. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const { start, end, text: replacement } of edits.toSorted((a, b) => a.start - b.start)) {
    parts.push(text.slice(at, start), replacement);
    at = end;
  }
  return [...parts, text.slice(at)].join("");
}
