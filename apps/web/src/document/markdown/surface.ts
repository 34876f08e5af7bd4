import type { RenderedPatch } from "./protocol.ts";
import { sanitize } from "./sanitize.ts";

/** Milliseconds of work at a time, so that the page can answer in between. */
const slice = 8;

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
      for (const html of patch.blocks) {
        const block = makeBlock(html);
        // Each takes the place of one that goes, so that what is below does not jump.
        const old = removed.shift();
        if (old === undefined) parent.insertBefore(block, after[0] ?? null);
        else old.replaceWith(block);
        added.push(block);
        onBlock(block);
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

function makeBlock(html: string): HTMLElement {
  const block = document.createElement("div");
  block.className = "block";
  block.append(sanitize(html));
  return block;
}

const nextTask = () => new Promise<void>((resolve) => setTimeout(resolve));
