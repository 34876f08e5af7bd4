import type { MarkdownIt, Token } from "markdown-it";

import type { ParseNotes, SourceRange } from "./destinations.ts";
import { decodeReferences, findHtmlLinks } from "./html.ts";
import type { NormalizedText } from "./lines.ts";
import { type Locate, createLocator, type Origin } from "./origins.ts";
import { getTaskBox } from "./tasks.ts";
import { getWikiLink } from "./wiki-links.ts";

/** A target with its offsets in the normalized text. */
export interface FoundTarget {
  target: string;
  offset: number;
  destination: SourceRange;
}

interface FoundLink extends FoundTarget {
  kind: "link" | "image";
  syntax: "markdown" | "html" | "wiki";
}

interface FoundTask {
  line: number;
  isDone: boolean;
  text: string;
  markOffset: number;
}

interface Source {
  markdown: MarkdownIt;
  origins: WeakMap<Token, Origin>;
  body: NormalizedText;
}

/** Collects the links, definitions and tasks of a parsed text. */
export function collectContents(tokens: readonly Token[], notes: ParseNotes, source: Source) {
  const { origins, body } = source;
  const links: FoundLink[] = [];
  const tasks: FoundTask[] = [];

  const locators = new Map<Token, Locate | null>();
  const getLocator = (token: Token): Locate | null => {
    const cached = locators.get(token);
    if (cached !== undefined) return cached;
    const origin = origins.get(token);
    const locate = origin === undefined ? null : createLocator(origin, token.content, body);
    locators.set(token, locate);
    return locate;
  };

  const definitions = notes.definitions.map(({ token, destination }) => ({
    label: toLabel(token) ?? "",
    target: decodeTarget(destination, source),
    offset: destination.start,
    destination,
  }));
  const defined = new Map<string, SourceRange>();
  for (const { label, destination } of definitions) if (!defined.has(label)) defined.set(label, destination);

  const addMarkdownLink = (token: Token, kind: FoundLink["kind"]) => {
    const parsed = notes.links.get(token);
    const target = String(token.attrGet(kind === "link" ? "href" : "src") ?? "");
    const locate = parsed === undefined ? null : getLocator(parsed.inline);
    // A bare URL has no destination.
    if (parsed === undefined || locate === null || target === "" || token.info === "auto") return;
    const label = toLabel(token);
    const destination =
      label === undefined ? parsed.destination && toRange(locate, parsed.destination) : defined.get(label);
    // Skips destinations whose text does not match the link's target.
    if (!destination || decodeTarget(destination, source) !== target) return;
    links.push({ kind, syntax: "markdown", target, offset: locate(parsed.start), destination });
  };
  const addHtmlLinks = (raw: string, locate: Locate) => {
    for (const { kind, value, offset } of findHtmlLinks(raw)) {
      const destination = toRange(locate, { start: offset, end: offset + value.length });
      const target = decodeReferences(value);
      if (target !== "") links.push({ kind, syntax: "html", target, offset: destination.start, destination });
    }
  };
  const addChild = (token: Token) => {
    if (token.type === "link_open") return addMarkdownLink(token, "link");
    if (token.type === "image") return addMarkdownLink(token, "image");
    if (token.type !== "html_inline" && token.type !== "wiki_link") return;
    const parsed = notes.links.get(token);
    const locate = parsed === undefined ? null : getLocator(parsed.inline);
    if (parsed === undefined || locate === null) return;
    const wiki = getWikiLink(token);
    if (wiki === undefined) return addHtmlLinks(token.content, (offset) => locate(parsed.start + offset));
    const start = parsed.start + (wiki.isEmbed ? "![[" : "[[").length;
    links.push({
      kind: wiki.isEmbed ? "image" : "link",
      syntax: "wiki",
      target: wiki.target,
      offset: locate(parsed.start),
      destination: toRange(locate, { start, end: start + wiki.target.length }),
    });
  };

  for (const token of tokens) {
    if (token.type === "html_block") {
      const locate = getLocator(token);
      if (locate !== null) addHtmlLinks(token.content, locate);
    }
    if (token.type !== "inline") continue;
    const box = getTaskBox(token);
    const locate = box === undefined ? null : getLocator(token);
    if (box !== undefined && locate !== null) tasks.push({ ...box, markOffset: locate(1) });
    for (const child of token.children ?? []) addChild(child);
  }
  return { links, definitions, tasks };
}

/** The label of a definition, or of a link that refers to one. */
function toLabel({ meta }: Token): string | undefined {
  const label = meta?.["label"];
  return typeof label === "string" ? label : undefined;
}

const toRange = (locate: Locate, { start, end }: SourceRange): SourceRange => ({
  start: locate(start),
  end: locate(end),
});

/** The URL that the parser reads from a destination in the text. */
function decodeTarget({ start, end }: SourceRange, { markdown, body }: Source): string {
  const { ok, str } = markdown.helpers.parseLinkDestination(body.text, start, end);
  return ok ? markdown.normalizeLink(str) : "";
}
