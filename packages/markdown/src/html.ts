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

/** Maximum length of a tag in characters. Longer ones are text. */
const maxTagLength = 4_000;

const comment = /<!--[^]*?(?:-->|$)/y;
const tag = /<(\/?)([a-z][a-z0-9-]*)((?:[^<>"']|"[^"]*"|'[^']*')*)>/iy;
const attribute = /([a-z][a-z-]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?/gi;

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
  at: number;
}

/** Splits raw HTML into pieces. Comments are removed, and everything other than a permitted tag is text. */
function* readPieces(raw: string): Generator<Piece> {
  let at = 0;
  while (at < raw.length) {
    const next = raw.indexOf("<", at);
    if (next !== at) yield { text: raw.slice(at, next === -1 ? undefined : next) };
    if (next === -1) break;
    const piece = raw.slice(next, next + maxTagLength);
    [comment.lastIndex, tag.lastIndex] = [next, 0];
    const remark = comment.exec(raw);
    const [whole, closing = "", written = "", rest = ""] = tag.exec(piece) ?? [];
    const name = written.toLowerCase();
    if (remark !== null) {
      at = next + remark[0].length;
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
  return Array.from(rest.matchAll(attribute)).flatMap(
    ({ 0: whole, 1: written = "", 2: double, 3: single, 4: bare, index }) => {
      const name = written.toLowerCase();
      if (!permittedAttributes.has(name)) return [];
      const value = double ?? single ?? bare ?? "";
      const quote = double === undefined && single === undefined ? 0 : 1;
      return [{ name, value, at: from + index + whole.length - quote - value.length }];
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
    parts.push(piece.isClosing ? `</${piece.name}>` : `<${piece.name}${renderTag(piece.attributes)}>`);
    if (!voidElements.has(piece.name)) open += piece.isClosing ? -1 : 1;
  }
  return { html: parts.join(""), open };
}

const renderTag = (kept: readonly Attribute[]) =>
  kept
    .map(({ name, value }) => ` ${name}="${value.replaceAll('"', "&quot;").replaceAll("<", "&lt;")}"`)
    .join("");

/** A link or image in raw HTML. */
export interface HtmlLink {
  kind: "link" | "image";
  /** As written, including character references. */
  value: string;
  /** The offset of the value. */
  at: number;
}

const linkAttributes = { a: ["href", "link"], img: ["src", "image"] } as const;

/**
 * Yields the links and images that are displayed from raw HTML. If an attribute occurs twice, the first one counts.
 */
export function* findHtmlLinks(raw: string): Generator<HtmlLink> {
  for (const piece of readPieces(raw)) {
    if ("text" in piece || (piece.name !== "a" && piece.name !== "img")) continue;
    const [wanted, kind] = linkAttributes[piece.name];
    const found = piece.attributes.find(({ name }) => name === wanted);
    if (found !== undefined) yield { kind, value: found.value, at: found.at };
  }
}
