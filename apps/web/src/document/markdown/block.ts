import { sanitize } from "./sanitize.ts";

/** A block of a rendered document, without its content yet, but about as high as it will be. */
export function createEmptyBlock(html: string): HTMLElement {
  const block = document.createElement("div");
  block.className = "block";
  // Tells the style sheet what a block is, which it could find out itself only for all blocks at once.
  block.dataset["kind"] = readBlockKind(html);
  block.style.height = `${estimateHeight(html)}em`;
  return block;
}

/** What is in each of these blocks, sanitized: it runs nothing. */
export function createBlockContents(blocks: readonly string[]): Node[][] {
  return [...toBatches(blocks)].flatMap(sanitizeBatch);
}

/** Sanitizing has a price of its own, whatever is in it: many small blocks share it. In characters. */
const batchSize = 8_000;

function* toBatches(blocks: readonly string[]): Generator<string[]> {
  let batch: string[] = [];
  let size = 0;
  for (const html of blocks) {
    if (size > 0 && size + html.length > batchSize) {
      yield batch;
      [batch, size] = [[], 0];
    }
    batch.push(html);
    size += html.length;
  }
  if (batch.length > 0) yield batch;
}

function sanitizeBatch(batch: readonly string[]): Node[][] {
  const { children } = sanitize(batch.map((html) => `<div class="block">${html}</div>`).join(""));
  const isWhole =
    children.length === batch.length && [...children].every(({ className }) => className === "block");
  // Where raw HTML breaks out of its block, each is made by itself.
  return isWhole
    ? [...children].map(({ childNodes }) => [...childNodes])
    : batch.map((html) => [...sanitize(html).childNodes]);
}

const readBlockKind = (html: string) => /^\s*<([a-z][a-z0-9]*)/.exec(html)?.[1] ?? "";

/** Characters on a line of the preview, about. */
const lineLength = 80;

/** How high a block will be, in em: a guess, for as long as nobody sees it. */
function estimateHeight(html: string): number {
  const count = (pattern: RegExp) => html.match(pattern)?.length ?? 0;
  const kind = readBlockKind(html);
  if (kind === "pre") return 2.5 + count(/\n/g) * 1.5;
  if (kind === "table") return count(/<tr/g) * 2.4;
  const text = html.replaceAll(/<[^>]*>/g, "").length;
  const lines = Math.max(1, Math.ceil(text / lineLength), count(/<li/g));
  return /^h[1-6]$/.test(kind) ? 1.8 * lines : 1.75 * lines;
}
