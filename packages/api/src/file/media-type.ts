import { fileTypeFromBuffer } from "file-type";

/** Number of leading bytes that are enough to detect the type. */
export const sniffLength = 4100;

const unknownType = "application/octet-stream";

/** Patterns that browsers recognize as the start of an HTML page, by the WHATWG MIME Sniffing Standard. */
const html =
  /^<(?:!doctype html|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p|!--)[\s>/!-]/i;
const svg = /^<svg[\s>]/i;
/** Content that may precede the first element of an XML document. */
const prolog = /^(?:\s+|<\?[^]*?\?>|<!--[^]*?-->|<!doctype svg[^>[]*(?:\[[^\]]*\])?[^>]*>)/i;

/** Text types that only the file name distinguishes. */
const textTypes: Readonly<Record<string, string>> = {
  csv: "text/csv; charset=utf-8",
  json: "application/json",
  markdown: "text/markdown; charset=utf-8",
  md: "text/markdown; charset=utf-8",
};

/** File names of plain-text formats. */
const textName = /\.(?:txt|text|log|md|markdown|csv|tsv|json|ya?ml|toml|ini|conf|diff|patch)$/i;

/**
 * Detects a file's media type by its bytes. The name only decides between text types.
 * @param head The file's first `sniffLength` bytes, or all if there are fewer.
 */
export async function sniffMediaType(head: Uint8Array, name: string): Promise<string> {
  const text = decodeHead(head);
  if (text !== null && isMarkup(text, svg)) return "image/svg+xml";
  if (text !== null && (html.test(text.trimStart()) || isMarkup(text, html)))
    return "text/html; charset=utf-8";
  const found = await fileTypeFromBuffer(head).catch(() => undefined);
  if (found !== undefined) return found.mime;
  if (text === null) return unknownType;
  const ending = /\.(?<ending>\w+)$/.exec(name)?.groups?.["ending"]?.toLowerCase() ?? "";
  return Object.hasOwn(textTypes, ending) ? (textTypes[ending] ?? unknownType) : "text/plain; charset=utf-8";
}

/** Decodes the bytes as UTF-8, ignoring a character that is cut off at the end; null if they are not text. */
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

/** Raster images, which cannot run scripts. */
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
 * Whether a browser may open a file as a page of its own. Types that can run scripts, or that do not match the file
 * name, are downloaded instead. An `<img>` shows an SVG in both cases, without running its scripts.
 */
export function isShownInline(mediaType: string, name: string): boolean {
  if (imageTypes.has(mediaType) || inlineTypes.test(mediaType)) return true;
  return /^text\/(?:plain|csv|markdown);/.test(mediaType) && textName.test(name);
}

const thumbnailTypes = new Set(["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"]);

/** Whether a thumbnail can be created for this type. */
export const hasThumbnail = (mediaType: string) => thumbnailTypes.has(mediaType);
