import createMarkdown from "markdown-it";

import { permittedAttributes, permittedElements, voidElements } from "../html.ts";
import { decodeReferences, readImageSource, readTarget, webImage, webLink } from "./page-targets.ts";

const { escapeHtml } = createMarkdown().utils;

/**
 * A part of a document as a page: HTML that is safe to display anywhere, or what depends on other documents and files.
 * `attributes` are safe HTML that belongs in the tag. A link is only its opening tag.
 */
export type PagePart =
  | string
  | { kind: "link"; path: string; attributes: string }
  | { kind: "image"; path: string; alt: string; attributes: string }
  /** `name` is text. */
  | { kind: "embed"; path: string; section: string | null; name: string };

const tag = /<(\/?)([a-z][a-z0-9-]*)((?:[^<>"']|"[^"]*"|'[^']*')*)>/iy;
const attribute = /([a-z][a-z-]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?/gi;

/** Elements of the renderer that raw HTML may not have, and its attributes. */
const ownElements = new Set(["input", "nav"]);
const ownAttributes = new Set(["aria-label", "checked", "class", "disabled", "type"]);

/** Maximum depth of nested elements. Further ones are left out, with their contents kept. */
const maxDepth = 200;

/**
 * Reduces rendered blocks to permitted elements and attributes, with every element closed in its own block. Only
 * ordinary elements remain, whose contents browsers read as HTML: a page has no tags other than those written here.
 */
export function toPageParts(blocks: readonly string[], idPrefix: string): PagePart[] {
  const parts: PagePart[] = [];
  let written: string[] = [];
  let open: string[] = [];
  const add = (part: Exclude<PagePart, string>) => {
    parts.push(written.join(""), part);
    written = [];
  };

  function openElement(name: string, given: Map<string, string>): void {
    if (!voidElements.has(name) && name !== "input") {
      if (open.length >= maxDepth) return;
      open.push(name);
    }
    const attributes = writeAttributes(given, idPrefix);
    if (name === "a") return openLink(given.get("href"), attributes);
    if (name === "img") return addImage(given, attributes);
    written.push(`<${name}${attributes}>`);
  }

  function openLink(href: string | undefined, attributes: string): void {
    const target = href === undefined ? null : readTarget(href);
    if (target === null) written.push(`<a${attributes}>`);
    else if (target.startsWith("#"))
      written.push(`<a href="#${escapeHtml(idPrefix + target.slice(1))}"${attributes}>`);
    else if (webLink.test(target))
      written.push(`<a href="${escapeHtml(target)}" rel="noopener noreferrer nofollow"${attributes}>`);
    else add({ kind: "link", path: target, attributes });
  }

  function addImage(given: Map<string, string>, attributes: string): void {
    const source = readImageSource(given.get("src") ?? "");
    const alt = decodeReferences(given.get("alt") ?? "");
    if (source === null) written.push(escapeHtml(alt));
    else if (webImage.test(source))
      written.push(`<img src="${escapeHtml(source)}" referrerpolicy="no-referrer"${attributes}>`);
    else add({ kind: "image", path: source, alt, attributes });
  }

  /** Closes an open element, and those in it. */
  function closeElement(index: number): void {
    for (const one of open.slice(index).toReversed()) written.push(`</${one}>`);
    open = open.slice(0, index);
  }

  /** An embedded document is a block, which can't be in a paragraph. */
  function addEmbed(href: string, name: string): void {
    const [path = "", fragment = ""] = decodeReferences(href).split(/#(.*)/s);
    const section = fragment === "" ? null : decodeFragment(fragment);
    const isInParagraph = open.at(-1) === "p";
    if (isInParagraph) written.push("</p>");
    add({ kind: "embed", path, section, name: decodeReferences(name) });
    if (isInParagraph) written.push("<p>");
  }

  for (const html of blocks) {
    let at = 0;
    while (at < html.length) {
      const next = html.indexOf("<", at);
      if (next !== at) written.push(html.slice(at, next === -1 ? undefined : next));
      if (next === -1) break;
      tag.lastIndex = next;
      const [whole, closing, given = "", rest = ""] = tag.exec(html) ?? [];
      const name = given.toLowerCase();
      at = next + (whole?.length ?? 1);
      if (whole === undefined) written.push("&lt;");
      if (whole === undefined || !(permittedElements.has(name) || ownElements.has(name))) continue;
      if (closing === "/") {
        if (open.includes(name)) closeElement(open.lastIndexOf(name));
      } else {
        const attributes = readAttributes(rest);
        // Only the renderer sets classes, and an embed contains only text.
        const end = attributes.get("class") === "embed" ? html.indexOf("</a>", at) : -1;
        if (end === -1) openElement(name, attributes);
        else {
          addEmbed(attributes.get("href") ?? "", html.slice(at, end));
          at = end + "</a>".length;
        }
      }
    }
    closeElement(0);
  }
  parts.push(written.join(""));
  return parts;
}

/** Reads attributes as written. If one occurs twice, the first one counts. */
function readAttributes(rest: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const { 1: name = "", 2: double, 3: single, 4: bare } of rest.matchAll(attribute)) {
    const key = name.toLowerCase();
    if (!found.has(key)) found.set(key, double ?? single ?? bare ?? "");
  }
  return found;
}

/** Writes the attributes that are the same on every page. */
function writeAttributes(given: ReadonlyMap<string, string>, idPrefix: string): string {
  let html = "";
  for (const [name, value] of given) {
    if (name === "href" || name === "src") continue;
    if (!permittedAttributes.has(name) && !ownAttributes.has(name)) continue;
    const shown = name === "id" ? idPrefix + decodeReferences(value) : decodeReferences(value);
    html += ` ${name}="${escapeHtml(shown)}"`;
  }
  return html;
}

/** Decodes a fragment; returns it unchanged if a percent sign is literal. */
function decodeFragment(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}
