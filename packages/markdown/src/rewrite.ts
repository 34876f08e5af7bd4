import type { SourceRange } from "./destinations.ts";
import type { LinkSyntax, MarkdownContents } from "./read-markdown.ts";

/** The replacement of a part of a text. */
export interface TextEdit extends SourceRange {
  text: string;
}

/** A destination in a text, of one link or of all links that share a definition. */
export interface Destination extends SourceRange {
  syntax: LinkSyntax;
  target: string;
}

/** Lists each destination in a text once, in the order of the text, including those of unused definitions. */
export function listDestinations({ links, definitions }: MarkdownContents): Destination[] {
  const found = new Map<number, Destination>();
  for (const { syntax, target, destination } of links)
    found.set(destination.start, { ...destination, syntax, target });
  for (const { target, destination } of definitions)
    found.set(destination.start, { ...destination, syntax: "markdown", target });
  return [...found.values()].toSorted((a, b) => a.start - b.start);
}

/**
 * Returns the edits that give links other targets.
 *
 * @param retarget Returns the new target, URL-encoded except in wiki links, or null to leave the link unchanged.
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
  // Encodes characters that would end a destination in Markdown, or a table cell.
  markdown: (target) => target.replaceAll(/[\s()<>\\|]/g, percentEncode).replaceAll(/&(?=#?\w+;)/g, "&amp;"),
  html: (target) => target.replaceAll(/[\s"'<>`=|]/g, percentEncode).replaceAll("&", "&amp;"),
  // Wiki links have no encoding, so a name with such characters can't be written.
  wiki: (target) => target,
};

const percentEncode = (character: string) =>
  Array.from(
    new TextEncoder().encode(character),
    (byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`,
  ).join("");

/** Applies all edits to a text. They must not overlap. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const { start, end, text: replacement } of edits.toSorted((a, b) => a.start - b.start)) {
    parts.push(text.slice(at, start), replacement);
    at = end;
  }
  return [...parts, text.slice(at)].join("");
}
