import type { MarkdownIt, Token } from "markdown-it";

import { collectContents, type FoundTarget } from "./contents.ts";
import { recordDestinations, type ParseNotes, type SourceRange } from "./destinations.ts";
import { readFrontMatter, type FrontMatter } from "./front-matter.ts";
import { type Heading, collectHeadings } from "./headings.ts";
import { normalizeLines } from "./lines.ts";
import { recordOrigins, type Origin } from "./origins.ts";
import { createMarkdownParser } from "./parser.ts";

/** The syntax of a link's destination, which determines how a new destination is written. */
export type LinkSyntax = "markdown" | "html" | "wiki";

/** A link or image in a text. Its destination is written in the link or in a definition. */
export interface MarkdownLink {
  kind: "link" | "image";
  syntax: LinkSyntax;
  /** The target as rendered: URL-encoded in Markdown, as written in a wiki link. */
  target: string;
  /** The offset at which the link begins in the text. */
  offset: number;
  line: number;
  /** The position of the destination, including angle brackets. Links that refer to the same definition share it. */
  destination: SourceRange;
}

/** The definition of a reference: `[label]: destination`. It is not displayed. */
export interface LinkDefinition {
  label: string;
  target: string;
  offset: number;
  line: number;
  destination: SourceRange;
}

export interface Task {
  line: number;
  isDone: boolean;
  text: string;
  /** The offset of the character between its brackets. */
  markOffset: number;
}

/** The contents of a Markdown text. Lines count from 0. Offsets are in UTF-16 units of the original text. */
export interface MarkdownContents {
  frontMatter: FrontMatter | null;
  /** In the order of the text, except for links in footnotes, which come last. Bare URLs are not included. */
  links: MarkdownLink[];
  definitions: LinkDefinition[];
  headings: Heading[];
  tasks: Task[];
}

/** Maximum length in UTF-16 units. Only the beginning of longer texts is read. */
export const maxReadLength = 2_000_000;
/** Maximum number of links, and of tasks. Further ones are ignored. */
export const maxReadItems = 50_000;

/**
 * Reads the links, headings, tasks and front matter that are rendered, and ignores those in code, comments and
 * formulas. The time is proportional to the length, regardless of the content.
 */
export function readMarkdown(source: string): MarkdownContents {
  reader ??= createReader();
  const { markdown, startRecording } = reader;
  const text = source.slice(0, maxReadLength);
  const frontMatter = readFrontMatter(text);
  const body = normalizeLines(text.slice(frontMatter?.length ?? 0));
  const notes = startRecording();
  const tokens = markdown.parse(body.text, {});
  const found = collectContents(tokens, notes, { ...reader, body });

  const [skippedLength, skippedLines] = [frontMatter?.length ?? 0, frontMatter?.lines ?? 0];
  const toSource = (offset: number) => skippedLength + body.toSource(offset);
  const locateAll = <T extends FoundTarget>(items: T[]) =>
    items.slice(0, maxReadItems).map((item) => ({
      ...item,
      offset: toSource(item.offset),
      line: skippedLines + body.lineAt(item.offset),
      destination: { start: toSource(item.destination.start), end: toSource(item.destination.end) },
    }));
  return {
    frontMatter,
    links: locateAll(found.links),
    definitions: locateAll(found.definitions),
    headings: collectHeadings(tokens, skippedLines),
    tasks: found.tasks.slice(0, maxReadItems).map(({ line, markOffset, ...task }) => ({
      ...task,
      line: skippedLines + line,
      markOffset: toSource(markOffset),
    })),
  };
}

interface Reader {
  markdown: MarkdownIt;
  origins: WeakMap<Token, Origin>;
  startRecording: () => ParseNotes;
}

let reader: Reader | null = null;

function createReader(): Reader {
  const markdown = createMarkdownParser();
  return { markdown, origins: recordOrigins(markdown), startRecording: recordDestinations(markdown) };
}
