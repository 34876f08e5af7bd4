/**
 * Parses clipboard HTML into plain semantic HTML. Styles that look like bold, lists or tables become the matching
 * elements; application-specific markup is removed.
 */
export function parseClipboardHtml(html: string): HTMLElement {
  const { body } = new DOMParser().parseFromString(html.replaceAll(tag, stripStyles), "text/html");
  for (const element of body.querySelectorAll("script, style, title, meta, link, noscript, template, svg"))
    element.remove();
  unwrap(body, (element) => element.localName === "o:p");
  body.querySelectorAll("img").forEach(keepReachable);
  markUpByStyle(body);
  makeWordLists(body);
  body.querySelectorAll("li").forEach(tidyListItem);
  body.querySelectorAll("ul > ul, ul > ol, ol > ul, ol > ol").forEach(nestList);
  body.querySelectorAll("table").forEach(addTableHeader);
  for (const link of body.querySelectorAll("a"))
    if (link.textContent.trim() === "" && link.querySelector("img") === null) link.remove();
  for (const line of body.querySelectorAll("br"))
    if (line.parentElement === body || isLastInBlock(line)) line.remove();
  replaceBlanks(body);
  return body;
}

const tag = /<[a-z](?:[^>"']|"[^"]*"|'[^']*')*>/gi;

/** The page's CSP also reports style attributes in parsed documents, so styles are read from another attribute. */
const stripStyles = (opening: string) => opening.replaceAll(/\sstyle=/gi, " data-style=");

const readStyle = (element: Element) => element.getAttribute("data-style")?.toLowerCase() ?? "";

/** Removes images that only the source application can access, such as local files or clipboard parts. */
function keepReachable(image: HTMLImageElement): void {
  if (!/^https?:/i.test(image.getAttribute("src") ?? "")) image.replaceWith(image.alt);
}

const isNormal = /(?<![\w-])font-weight:\s*(?:normal|[1-5]00)/;
const isUpright = /(?<![\w-])font-style:\s*normal/;

/** Styles and their equivalent elements. */
const meanings: readonly [RegExp, string, string][] = [
  [/(?<![\w-])font-weight:\s*(?:bold|[6-9]00)/, "strong", "b, strong, h1, h2, h3, h4, h5, h6, th"],
  [/(?<![\w-])font-style:\s*italic/, "em", "i, em"],
  [/text-decoration[^;]*:[^;]*line-through/, "del", "s, del, strike"],
];

function markUpByStyle(body: HTMLElement): void {
  // Google Docs wraps everything in a <b> that is not bold.
  unwrap(body, (element) => element.matches("b, strong") && isNormal.test(readStyle(element)));
  unwrap(body, (element) => element.matches("i, em") && isUpright.test(readStyle(element)));
  for (const span of body.querySelectorAll("span[data-style]")) {
    if (span.textContent.trim() === "") continue;
    for (const [style, name, already] of meanings) {
      if (!style.test(readStyle(span)) || span.closest(already) !== null) continue;
      const element = span.ownerDocument.createElement(name);
      element.append(...span.childNodes);
      span.append(element);
    }
  }
  body.querySelectorAll(".MsoTitle").forEach((title) => rename(title, "h1"));
}

function unwrap(body: HTMLElement, isWrapper: (element: Element) => boolean): void {
  for (const element of body.querySelectorAll("*"))
    if (isWrapper(element)) element.replaceWith(...element.childNodes);
}

function rename(element: Element, name: string): Element {
  const renamed = element.ownerDocument.createElement(name);
  renamed.append(...element.childNodes);
  element.replaceWith(renamed);
  return renamed;
}

/** Word lists are paragraphs that start with a bullet and declare their level in a style. */
function makeWordLists(body: HTMLElement): void {
  let lists: Element[] = [];
  let last: Element | null = null;
  for (const paragraph of body.querySelectorAll('[data-style*="mso-list"]')) {
    const level = Number(/mso-list:[^;]*level(\d)/.exec(readStyle(paragraph))?.[1] ?? 0);
    if (level === 0 || paragraph.matches("span")) continue;
    const marker = paragraph.querySelector('[data-style*="mso-list:ignore" i]');
    const name = /[\da-z]+[.)]/i.test(marker?.textContent ?? "") ? "ol" : "ul";
    marker?.remove();
    if (last === null || paragraph.previousElementSibling !== last) lists = [];
    lists.length = Math.min(lists.length, level);
    while (lists.length < level) {
      const list = paragraph.ownerDocument.createElement(name);
      const parent = lists.at(-1);
      if (parent === undefined) paragraph.before(list);
      else (parent.lastElementChild ?? parent).append(list);
      lists.push(list);
    }
    const item = rename(paragraph, "li");
    lists.at(-1)?.append(item);
    last = lists[0] ?? null;
  }
}

/** A paragraph in an item would make the list loose. A task box needs exactly one space after it. */
function tidyListItem(item: Element): void {
  const words = item.querySelector(":scope > input[type=checkbox]")?.nextSibling;
  if (words instanceof Text) words.data = words.data.trimStart();
  const paragraphs = [...item.children].filter(({ localName }) => localName === "p");
  if (paragraphs.length === 1) paragraphs[0]?.replaceWith(...(paragraphs[0]?.childNodes ?? []));
}

/** Google Docs nests lists directly in lists; HTML nests them in items. */
function nestList(list: Element): void {
  const item = list.previousElementSibling;
  if (item?.localName === "li") item.append(list);
}

/** Markdown tables need a header. Without one, the first row becomes the header. */
function addTableHeader(table: HTMLTableElement): void {
  const first = table.rows[0];
  if (first === undefined || table.tHead !== null) return;
  for (const cell of Array.from(first.cells)) rename(cell, "th");
  table.createTHead().append(first);
}

const isLastInBlock = (line: Element) =>
  line.nextSibling === null &&
  line.parentElement?.matches("p, li, td, th, div, h1, h2, h3, h4, h5, h6") === true;

/** Browsers copy every second space as a non-breaking space. */
function replaceBlanks(body: HTMLElement): void {
  const walker = body.ownerDocument.createTreeWalker(body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode())
    if (node.parentElement?.closest("pre, code") === null)
      node.nodeValue = node.nodeValue?.replaceAll("\u00a0", " ") ?? null;
}
