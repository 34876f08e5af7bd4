import createMarkdown from "markdown-it";

/** Elements that people use in Markdown because it has no syntax for them. All other elements are displayed as text. */
export const permittedElements: ReadonlySet<string> = new Set(
  `a abbr aside b blockquote br caption center cite code col colgroup dd del details dfn div dl dt em figcaption figure
  h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p picture pre q rp rt ruby s samp section small span strong sub summary
  sup table tbody td tfoot th thead tr tt u ul var wbr`.split(/\s+/),
);
/** Elements without a closing tag. */
export const voidElements: ReadonlySet<string> = new Set(["br", "col", "hr", "img", "wbr"]);
/** Attributes that these elements may have. */
export const permittedAttributes: ReadonlySet<string> = new Set(
  "align alt colspan dir height href id lang open reversed rowspan src start title width".split(" "),
);

const { unescapeAll } = createMarkdown().utils;

/** Decodes character references. Backslashes have no meaning in HTML. */
export const decodeReferences = (value: string): string => unescapeAll(value.replaceAll("\\", "\\\\"));

/** Maximum length of a tag in characters. Longer ones are text. */
const maxTagLength = 4_000;

const commentPattern = /<!--[^]*?(?:-->|$)/y;
/** A tag: the slash of a closing one, its name and its attributes. */
export const tagPattern = /<(\/?)([a-z][a-z0-9-]*)((?:[^<>"']|"[^"]*"|'[^']*')*)>/iy;
/** An attribute: its name, and its value in double quotes, single quotes or none. */
export const attributePattern = /([a-z][a-z-]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?/gi;

/** A part of raw HTML: a permitted tag, or text. */
type Piece = { text: string } | Tag;

interface Tag {
  /** The element's name in lowercase. */
  name: string;
  isClosing: boolean;
  attributes: Attribute[];
}

/** A permitted attribute with its value as written, and the value's offset. */
interface Attribute {
  name: string;
  value: string;
  offset: number;
}

/** Splits raw HTML into pieces. Removes comments, and treats everything other than a permitted tag as text. */
function* readPieces(raw: string): Generator<Piece> {
  let at = 0;
  while (at < raw.length) {
    const next = raw.indexOf("<", at);
    if (next !== at) yield { text: raw.slice(at, next === -1 ? undefined : next) };
    if (next === -1) break;
    const piece = raw.slice(next, next + maxTagLength);
    [commentPattern.lastIndex, tagPattern.lastIndex] = [next, 0];
    const [comment] = commentPattern.exec(raw) ?? [];
    const [whole, closing = "", written = "", rest = ""] = tagPattern.exec(piece) ?? [];
    const name = written.toLowerCase();
    if (comment !== undefined) {
      at = next + comment.length;
    } else if (whole === undefined || !permittedElements.has(name)) {
      yield { text: "<" };
      at = next + 1;
    } else {
      const isClosing = closing === "/";
      const from = next + 1 + closing.length + name.length;
      yield { name, isClosing, attributes: isClosing ? [] : parseAttributes(rest, from) };
      at = next + whole.length;
    }
  }
}

function parseAttributes(rest: string, from: number): Attribute[] {
  return Array.from(rest.matchAll(attributePattern)).flatMap(
    ({ 0: whole, 1: written = "", 2: double, 3: single, 4: bare, index }) => {
      const name = written.toLowerCase();
      if (!permittedAttributes.has(name)) return [];
      const value = double ?? single ?? bare ?? "";
      const quote = double === undefined && single === undefined ? 0 : 1;
      return [{ name, value, offset: from + index + whole.length - quote - value.length }];
    },
  );
}

export interface SanitizedHtml {
  html: string;
  /** The number of opened elements minus the number of closed ones. */
  open: number;
}

/**
 * Reduces raw HTML to the permitted elements and attributes, with well-formed tags. This is the first of two layers of
 * defense: it removes everything that the page's content security policy would otherwise have to block.
 */
export function sanitizeHtml(raw: string): SanitizedHtml {
  const parts: string[] = [];
  let open = 0;
  for (const piece of readPieces(raw)) {
    if ("text" in piece) {
      parts.push(piece.text === "<" ? "&lt;" : piece.text);
      continue;
    }
    parts.push(piece.isClosing ? `</${piece.name}>` : `<${piece.name}${renderAttributes(piece.attributes)}>`);
    if (!voidElements.has(piece.name)) open += piece.isClosing ? -1 : 1;
  }
  return { html: parts.join(""), open };
}

const renderAttributes = (attributes: readonly Attribute[]) =>
  attributes
    .map(({ name, value }) => ` ${name}="${value.replaceAll('"', "&quot;").replaceAll("<", "&lt;")}"`)
    .join("");

/** A link or image in raw HTML. */
export interface HtmlLink {
  kind: "link" | "image";
  /** As written, including character references. */
  value: string;
  /** The offset of the value. */
  offset: number;
}

const linkAttributes = { a: ["href", "link"], img: ["src", "image"] } as const;

/** Yields the displayed links and images of raw HTML. If an attribute occurs twice, the first one counts. */
export function* findHtmlLinks(raw: string): Generator<HtmlLink> {
  for (const piece of readPieces(raw)) {
    if ("text" in piece || (piece.name !== "a" && piece.name !== "img")) continue;
    const [attributeName, kind] = linkAttributes[piece.name];
    const found = piece.attributes.find(({ name }) => name === attributeName);
    if (found !== undefined) yield { kind, value: found.value, offset: found.offset };
  }
}
