import type { MarkdownIt, Token } from "markdown-it";

import type { ParseNotes, SourceRange } from "./destinations.ts";
import { findHtmlLinks } from "./html.ts";
import type { NormalizedText } from "./lines.ts";
import { type Locate, createLocator, type Origin } from "./origins.ts";
import { getTaskBox } from "./tasks.ts";
import { getWikiLink } from "./wiki-links.ts";

/** A target with its offsets in the normalized text. */
export interface FoundTarget {
  target: string;
  at: number;
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
  markAt: number;
}

interface Source {
  markdown: MarkdownIt;
  origins: WeakMap<Token, Origin>;
  body: NormalizedText;
}

/** Collects what was recorded while a text was parsed from its tokens. */
export function collectContents(tokens: readonly Token[], notes: ParseNotes, source: Source) {
  const { markdown, origins, body } = source;
  const links: FoundLink[] = [];
  const tasks: FoundTask[] = [];

  const locators = new Map<Token, Locate | null>();
  const getLocator = (token: Token): Locate | null => {
    const known = locators.get(token);
    if (known !== undefined) return known;
    const origin = origins.get(token);
    const locate = origin === undefined ? null : createLocator(origin, token.content, body);
    locators.set(token, locate);
    return locate;
  };

  const definitions = notes.definitions.map(({ token, destination }) => ({
    label: toLabel(token) ?? "",
    target: decodeTarget(destination, source),
    at: destination.start,
    destination,
  }));
  const defined = new Map<string, SourceRange>();
  for (const { label, destination } of definitions) if (!defined.has(label)) defined.set(label, destination);

  const addMarkdownLink = (token: Token, kind: FoundLink["kind"]) => {
    const place = notes.places.get(token);
    const target = String(token.attrGet(kind === "link" ? "href" : "src") ?? "");
    const locate = place === undefined ? null : getLocator(place.inline);
    // A bare URL has no destination.
    if (place === undefined || locate === null || target === "" || token.info === "auto") return;
    const label = toLabel(token);
    const destination =
      label === undefined ? place.destination && toRange(locate, place.destination) : defined.get(label);
    // Skips destinations whose text does not match the link's target.
    if (!destination || decodeTarget(destination, source) !== target) return;
    links.push({ kind, syntax: "markdown", target, at: locate(place.start), destination });
  };
  const addHtmlLinks = (raw: string, locate: Locate) => {
    for (const { kind, value, at } of findHtmlLinks(raw)) {
      const destination = toRange(locate, { start: at, end: at + value.length });
      const target = decodeReferences(value, markdown);
      if (target !== "") links.push({ kind, syntax: "html", target, at: destination.start, destination });
    }
  };
  const addChild = (token: Token) => {
    if (token.type === "link_open") return addMarkdownLink(token, "link");
    if (token.type === "image") return addMarkdownLink(token, "image");
    if (token.type !== "html_inline" && token.type !== "wiki_link") return;
    const place = notes.places.get(token);
    const locate = place === undefined ? null : getLocator(place.inline);
    if (place === undefined || locate === null) return;
    const wiki = getWikiLink(token);
    if (wiki === undefined) return addHtmlLinks(token.content, (offset) => locate(place.start + offset));
    const start = place.start + (wiki.isEmbed ? "![[" : "[[").length;
    links.push({
      kind: wiki.isEmbed ? "image" : "link",
      syntax: "wiki",
      target: wiki.target,
      at: locate(place.start),
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
    if (box !== undefined && locate !== null) tasks.push({ ...box, markAt: locate(1) });
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

/** Decodes character references in an attribute, usually `&amp;`. Backslashes have no meaning there. */
const decodeReferences = (value: string, { utils }: MarkdownIt) =>
  utils.unescapeAll(value.replaceAll("\\", "\\\\"));
