import createMarkdown from "markdown-it";

import {
  attributePattern,
  decodeReferences,
  permittedAttributes,
  permittedElements,
  tagPattern,
  voidElements,
} from "../html.ts";
import { decodeUrlPart } from "../paths.ts";
import { readImageSource, readTarget, webImage, webLink } from "./page-targets.ts";

const { escapeHtml } = createMarkdown().utils;

/**
 * A part of a document as a page: HTML that is safe to display anywhere, or a reference to another document or file.
 * `attributes` are safe HTML that belongs in the tag. A link is only its opening tag.
 */
export type PagePart =
  | string
  | { kind: "link"; path: string; attributes: string }
  | { kind: "image"; path: string; alt: string; attributes: string }
  /** `name` is text. */
  | { kind: "embed"; path: string; section: string | null; name: string };

/** Elements and attributes that the renderer writes, but raw HTML may not contain. */
const rendererElements = new Set(["input", "nav"]);
const rendererAttributes = new Set(["aria-label", "checked", "class", "disabled", "type"]);

/** Maximum depth of nested elements. The tags of deeper ones are omitted. */
const maxDepth = 200;

/**
 * Reduces rendered blocks to permitted elements and attributes, with every element closed in its own block. A page has
 * no tags other than those written here, and no element whose contents browsers don't parse as HTML.
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

  /** Closes an open element and the elements inside it. */
  function closeElement(index: number): void {
    for (const name of open.slice(index).toReversed()) written.push(`</${name}>`);
    open = open.slice(0, index);
  }

  /** Adds an embedded document: a block, which can't be in a paragraph. */
  function addEmbed(href: string, name: string): void {
    const [path = "", fragment = ""] = decodeReferences(href).split(/#(.*)/s);
    const section = fragment === "" ? null : decodeUrlPart(fragment);
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
      tagPattern.lastIndex = next;
      const [whole, closing, given = "", rest = ""] = tagPattern.exec(html) ?? [];
      const name = given.toLowerCase();
      at = next + (whole?.length ?? 1);
      if (whole === undefined) written.push("&lt;");
      if (whole === undefined || !(permittedElements.has(name) || rendererElements.has(name))) continue;
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
  for (const { 1: name = "", 2: double, 3: single, 4: bare } of rest.matchAll(attributePattern)) {
    const key = name.toLowerCase();
    if (!found.has(key)) found.set(key, double ?? single ?? bare ?? "");
  }
  return found;
}

/** Writes all attributes but addresses, which depend on the page. */
function writeAttributes(given: ReadonlyMap<string, string>, idPrefix: string): string {
  let html = "";
  for (const [name, value] of given) {
    if (name === "href" || name === "src") continue;
    if (!permittedAttributes.has(name) && !rendererAttributes.has(name)) continue;
    const text = name === "id" ? idPrefix + decodeReferences(value) : decodeReferences(value);
    html += ` ${name}="${escapeHtml(text)}"`;
  }
  return html;
}
