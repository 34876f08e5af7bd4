import type { MarkdownIt, Token } from "markdown-it";

import { collectContents, type FoundTarget } from "./contents.ts";
import { recordDestinations, type ParseNotes, type SourceRange } from "./destinations.ts";
import { readFrontMatter, type FrontMatter } from "./front-matter.ts";
import { type Heading, collectHeadings } from "./headings.ts";
import { normalizeLines } from "./lines.ts";
import { recordOrigins, type Origin } from "./origins.ts";
import { createMarkdownParser } from "./parser.ts";

/** How the destination of a link is written, and so how another one is written there. */
export type LinkSyntax = "markdown" | "html" | "wiki";

/** A link or picture of a text, wherever its destination is written: behind it, or in a definition. */
export interface MarkdownLink {
  kind: "link" | "image";
  syntax: LinkSyntax;
  /** Where it leads, as the rendered text has it: encoded as an address in Markdown, as written in a wiki link. */
  target: string;
  /** Where the link begins in the text. */
  at: number;
  line: number;
  /** Where the destination is written, with its angle brackets if it has some. Links to one definition share it. */
  destination: SourceRange;
}

/** The definition of a reference: `[label]: destination`. It shows nothing by itself. */
export interface LinkDefinition {
  label: string;
  target: string;
  at: number;
  line: number;
  destination: SourceRange;
}

export interface Task {
  line: number;
  isDone: boolean;
  text: string;
  /** Where the character between its brackets is. */
  markAt: number;
}

/** What is read from a Markdown text. Lines count from 0; offsets are in UTF-16 units of the text as it was given. */
export interface MarkdownContents {
  frontMatter: FrontMatter | null;
  /** In the order of the text, except those of footnotes, which come last. Bare addresses are not among them. */
  links: MarkdownLink[];
  definitions: LinkDefinition[];
  headings: Heading[];
  tasks: Task[];
}

/** In UTF-16 units. Of a longer text, only the beginning is read. */
export const maxReadLength = 2_000_000;
/** Of more links than these, or tasks, the first are read. */
export const maxReadItems = 50_000;

/**
 * Reads links, headings, tasks and front matter as the rendered text shows them: nothing in code, comments, formulas or
 * attributes that aren't rendered. The time is proportional to the length, whatever is in the text.
 */
export function readMarkdown(source: string): MarkdownContents {
  reader ??= openReader();
  const { markdown, begin } = reader;
  const text = source.slice(0, maxReadLength);
  const frontMatter = readFrontMatter(text);
  const body = normalizeLines(text.slice(frontMatter?.length ?? 0));
  const notes = begin();
  const tokens = markdown.parse(body.text, {});
  const found = collectContents(tokens, notes, { ...reader, body });

  const [skipped, skippedLines] = [frontMatter?.length ?? 0, frontMatter?.lines ?? 0];
  const toSource = (offset: number) => skipped + body.toSource(offset);
  const placed = <T extends FoundTarget>(items: T[]) =>
    items.slice(0, maxReadItems).map((item) => ({
      ...item,
      at: toSource(item.at),
      line: skippedLines + body.lineAt(item.at),
      destination: { start: toSource(item.destination.start), end: toSource(item.destination.end) },
    }));
  return {
    frontMatter,
    links: placed(found.links),
    definitions: placed(found.definitions),
    headings: collectHeadings(tokens, skippedLines),
    tasks: found.tasks.slice(0, maxReadItems).map(({ line, markAt, ...task }) => ({
      ...task,
      line: skippedLines + line,
      markAt: toSource(markAt),
    })),
  };
}

interface Reader {
  markdown: MarkdownIt;
  origins: WeakMap<Token, Origin>;
  begin: () => ParseNotes;
}

let reader: Reader | null = null;

function openReader(): Reader {
  const markdown = createMarkdownParser();
  return { markdown, origins: recordOrigins(markdown), begin: recordDestinations(markdown) };
}
