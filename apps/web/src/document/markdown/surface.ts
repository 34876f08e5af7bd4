import type { RenderedPatch } from "./protocol.ts";
import { sanitize } from "./sanitize.ts";

/** Milliseconds of work at a time, so that the page can answer in between. */
const slice = 8;

/** Blocks after so many are laid out only when they are in sight. */
const near = 200;

/** The blocks of a rendered document in the page, and the lines that they come from. */
export interface Surface {
  /** Changes the blocks that are different, a few at a time. Resolves when all are shown. */
  apply(patch: RenderedPatch): Promise<void>;
  clear(): void;
  readonly blocks: readonly HTMLElement[];
  readonly lines: Int32Array;
}

/** @param onBlock Is told of each block that is new. */
export function createSurface(parent: HTMLElement, onBlock: (block: HTMLElement) => void): Surface {
  let blocks: HTMLElement[] = [];
  let lines: Int32Array = new Int32Array();
  let generation = 0;

  return {
    get blocks() {
      return blocks;
    },
    get lines() {
      return lines;
    },
    async apply(patch) {
      const { keepBefore, keepAfter } = patch;
      const ours = generation;
      const after = blocks.slice(blocks.length - keepAfter);
      const removed = blocks.slice(keepBefore, blocks.length - keepAfter);
      const added: HTMLElement[] = [];
      const before = blocks.slice(0, keepBefore);
      let until = performance.now() + slice;
      for (const batch of batchesOf(patch.blocks)) {
        for (const block of makeBlocks(batch)) {
          if (keepBefore + added.length >= near) block.classList.add("far");
          // Each takes the place of one that goes, so that what is below does not jump.
          const old = removed.shift();
          if (old === undefined) parent.insertBefore(block, after[0] ?? null);
          else old.replaceWith(block);
          added.push(block);
          onBlock(block);
        }
        if (performance.now() < until) continue;
        await nextTask();
        if (ours !== generation) return;
        until = performance.now() + slice;
      }
      for (const block of removed) block.remove();
      blocks = [...before, ...added, ...after];
      ({ lines } = patch);
    },
    clear() {
      generation += 1;
      parent.replaceChildren();
      blocks = [];
      lines = new Int32Array();
    },
  };
}

/** Sanitizing has a price of its own, whatever is in it: many small blocks share it. In characters. */
const batchSize = 8_000;

function* batchesOf(blocks: readonly string[]): Generator<string[]> {
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

function makeBlocks(batch: readonly string[]): HTMLElement[] {
  const together = sanitize(batch.map((html) => `<div class="block">${html}</div>`).join(""));
  const made = [...together.children].filter((element) => element instanceof HTMLElement);
  const isWhole = made.length === batch.length && made.every(({ className }) => className === "block");
  // Where raw HTML breaks out of its block, each is made by itself.
  return (isWhole ? made : batch.map(makeBlock)).map(named);
}

function makeBlock(html: string): HTMLElement {
  const block = document.createElement("div");
  block.className = "block";
  block.append(sanitize(html));
  return block;
}

/** Tells the style sheet what a block is, which it could find out itself only for all blocks at once. */
function named(block: HTMLElement): HTMLElement {
  block.dataset["kind"] = block.firstElementChild?.localName ?? "";
  return block;
}

/** Lets the page answer what people do first. */
const nextTask = () =>
  "scheduler" in globalThis
    ? scheduler.postTask(() => {}, { priority: "background" })
    : new Promise<void>((resolve) => setTimeout(resolve));
