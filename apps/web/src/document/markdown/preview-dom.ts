import { createBlockVirtualizer } from "./block-virtualizer.ts";
import { createEmptyBlock } from "./block.ts";
import type { RenderedPatch } from "./protocol.ts";
import { idPrefix } from "./sanitize.ts";

/** The DOM of a rendered document and the source line of each block. */
export interface PreviewDom {
  /** Applies a patch, blocks near the viewport first. Resolves when all changed blocks are shown. */
  apply(patch: RenderedPatch): Promise<void>;
  /** Finds the heading or footnote with an ID, and renders it and the blocks around it. */
  find(id: string): Element | null;
  /** Renders all blocks, also those far from view. */
  fillAll(): void;
  clear(): void;
  close(): void;
  readonly blocks: readonly HTMLElement[];
  readonly lines: Int32Array;
}

/** Number of blocks rendered before and after a scroll target. */
const blocksAroundTarget = 20;

/** @param onBlock Called for each filled block. */
export function createPreviewDom(parent: HTMLElement, onBlock: (block: HTMLElement) => void): PreviewDom {
  let blocks: HTMLElement[] = [];
  let lines: Int32Array = new Int32Array();
  const sources = new WeakMap<HTMLElement, string>();
  const getSource = (block: HTMLElement) => sources.get(block) ?? "";
  const virtualizer = createBlockVirtualizer({ parent, getSource, onFilled: onBlock });

  function createBlock(html: string): HTMLElement {
    const block = createEmptyBlock(html);
    sources.set(block, html);
    return block;
  }

  return {
    get blocks() {
      return blocks;
    },
    get lines() {
      return lines;
    },
    async apply(patch) {
      const end = blocks.length - patch.keepAfter;
      const removed = blocks.slice(patch.keepBefore, end);
      const after = blocks.slice(end);
      const added = patch.blocks.map(createBlock);
      // New blocks that replace filled ones are filled too, so that the content below does not jump.
      virtualizer.fill(added.filter((_, index) => isFilled(removed[index])));
      added.forEach((block, index) => {
        const old = removed[index];
        if (old === undefined) parent.insertBefore(block, after[0] ?? null);
        else old.replaceWith(block);
      });
      for (const block of removed) {
        virtualizer.forget(block);
        block.remove();
      }
      blocks = [...blocks.slice(0, patch.keepBefore), ...added, ...after];
      ({ lines } = patch);
      await virtualizer.setBlocks(blocks);
    },
    find(id) {
      const selector = `#${CSS.escape(idPrefix + id)}`;
      const index = blocks.findIndex((block) => getSource(block).includes(`id="${id}"`));
      if (index < 0) return parent.querySelector(selector);
      const near = blocks.slice(Math.max(0, index - blocksAroundTarget), index + blocksAroundTarget);
      virtualizer.fill(near.filter((block) => !virtualizer.has(block)));
      return parent.querySelector(selector);
    },
    fillAll: () => virtualizer.fillAll(),
    clear() {
      for (const block of blocks) virtualizer.forget(block);
      parent.replaceChildren();
      blocks = [];
      lines = new Int32Array();
      void virtualizer.setBlocks(blocks);
    },
    close() {
      virtualizer.close();
      parent.replaceChildren();
    },
  };

  function isFilled(block: HTMLElement | undefined): boolean {
    return block !== undefined && virtualizer.has(block);
  }
}
