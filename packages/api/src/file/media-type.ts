import { fileTypeFromBuffer } from "file-type";

/** How many bytes from a file's beginning tell what it is. */
export const sniffLength = 4100;

const unknown = "application/octet-stream";

/** What browsers take for the beginning of an HTML page, by the WHATWG's MIME Sniffing standard. */
const html =
  /^<(?:!doctype html|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p|!--)[\s>/!-]/i;
const svg = /^<svg[\s>]/i;
/** What may come before the first element of an XML document. */
const prolog = /^(?:\s+|<\?[^]*?\?>|<!--[^]*?-->|<!doctype svg[^>[]*(?:\[[^\]]*\])?[^>]*>)/i;

/** Texts that differ in nothing but their use, which their name tells. */
const textTypes: Readonly<Record<string, string>> = {
  csv: "text/csv; charset=utf-8",
  json: "application/json",
  markdown: "text/markdown; charset=utf-8",
  md: "text/markdown; charset=utf-8",
};

/** Names that a text is expected under. */
const textName = /\.(?:txt|text|log|md|markdown|csv|tsv|json|ya?ml|toml|ini|conf|diff|patch)$/i;

/**
 * What a file is, by its bytes. Its name only tells which kind of text a text is.
 * @param head Its first `sniffLength` bytes, or all if there are fewer.
 */
export async function sniffMediaType(head: Uint8Array, name: string): Promise<string> {
  const text = decodeHead(head);
  if (text !== null && isMarkup(text, svg)) return "image/svg+xml";
  if (text !== null && (html.test(text.trimStart()) || isMarkup(text, html)))
    return "text/html; charset=utf-8";
  const found = await fileTypeFromBuffer(head).catch(() => undefined);
  if (found !== undefined) return found.mime;
  if (text === null) return unknown;
  const ending = /\.(?<ending>\w+)$/.exec(name)?.groups?.["ending"]?.toLowerCase() ?? "";
  return Object.hasOwn(textTypes, ending) ? (textTypes[ending] ?? unknown) : "text/plain; charset=utf-8";
}

/** The text that the bytes are in UTF-8, but for a character that the end cuts in two; null when they are none. */
function decodeHead(head: Uint8Array): string | null {
  if (head.includes(0)) return null;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(head, { stream: head.length >= sniffLength });
  } catch {
    return null;
  }
}

function isMarkup(text: string, root: RegExp): boolean {
  let rest = text;
  for (let found = prolog.exec(rest); found !== null; found = prolog.exec(rest))
    rest = rest.slice(found[0].length);
  return root.test(rest);
}

/** Pictures of points, which can run nothing. */
const imageTypes = new Set([
  "image/png",
  "image/apng",
  "image/jpeg",
  "image/gif",
  "image/webp",
  "image/avif",
  "image/bmp",
]);
const inlineTypes = /^(?:audio|video)\/[\w.+-]+$/;

/**
 * Whether a browser may show a file as a page of its own. All that can run something, or is not what its name promises,
 * is saved instead. An `<img>` shows an SVG either way, and runs nothing in it.
 */
export function isShownInline(mediaType: string, name: string): boolean {
  if (imageTypes.has(mediaType) || inlineTypes.test(mediaType)) return true;
  return /^text\/(?:plain|csv|markdown);/.test(mediaType) && textName.test(name);
}

const thumbnailTypes = new Set(["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"]);

/** Whether a small picture can be made of it. */
export const hasThumbnail = (mediaType: string) => thumbnailTypes.has(mediaType);
