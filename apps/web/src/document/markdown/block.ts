import { sanitize } from "./sanitize.ts";

/** Creates a placeholder for a rendered block with an estimated height. */
export function createEmptyBlock(html: string): HTMLElement {
  const block = document.createElement("div");
  block.className = "block";
  // A data attribute per block is cheaper than a selector that checks the content of all blocks.
  block.dataset["kind"] = readBlockKind(html);
  // Raw HTML has no direction of its own. The renderer sets that of everything else.
  if (mayBeRightToLeft.test(html)) block.dir = "auto";
  block.style.height = `${estimateHeight(html)}em`;
  return block;
}

const mayBeRightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;

/** Creates the sanitized contents of blocks. */
export function createBlockContents(blocks: readonly string[]): Node[][] {
  return [...toBatches(blocks)].flatMap(sanitizeBatch);
}

/** Characters sanitized per call: the fixed cost of a call is shared by many small blocks. */
const maxBatchLength = 8_000;

function* toBatches(blocks: readonly string[]): Generator<string[]> {
  let batch: string[] = [];
  let size = 0;
  for (const html of blocks) {
    if (size > 0 && size + html.length > maxBatchLength) {
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
  // If raw HTML breaks out of its block, each block is created separately.
  return isWhole
    ? [...children].map(({ childNodes }) => [...childNodes])
    : batch.map((html) => [...sanitize(html).childNodes]);
}

const readBlockKind = (html: string) => /^\s*<([a-z][a-z0-9]*)/.exec(html)?.[1] ?? "";

/** Approximate characters per line in the preview. */
const lineLength = 80;

/** Estimates the height of a block in em, until it is rendered. */
function estimateHeight(html: string): number {
  const count = (pattern: RegExp) => html.match(pattern)?.length ?? 0;
  const kind = readBlockKind(html);
  if (kind === "pre") return 2.5 + count(/\n/g) * 1.5;
  if (kind === "table") return count(/<tr/g) * 2.4;
  const text = html.replaceAll(/<[^>]*>/g, "").length;
  const lines = Math.max(1, Math.ceil(text / lineLength), count(/<li/g));
  return /^h[1-6]$/.test(kind) ? 1.8 * lines : 1.75 * lines;
}
