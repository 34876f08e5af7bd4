import { createBlockContents } from "./block.ts";
import { findLastIndexSorted } from "./find-last-index-sorted.ts";

/** Time slice in milliseconds, so that the page stays responsive. */
const fillSliceMs = 8;

/** Documents with up to this many blocks are filled completely. */
const maxImmediateBlocks = 300;

/**
 * Fills the blocks near the viewport and keeps only the estimated height of the others. A hundred thousand elements
 * would slow down every keystroke beside them.
 */
export interface BlockVirtualizer {
  /** Sets the document's current blocks, in order. Resolves when every block that needs content has it. */
  setBlocks(blocks: readonly HTMLElement[]): Promise<void>;
  /** Fills these blocks immediately. */
  fill(blocks: readonly HTMLElement[]): void;
  /** Fills all blocks, until the text changes. */
  fillAll(): void;
  has(block: HTMLElement): boolean;
  forget(block: HTMLElement): void;
  close(): void;
}

export interface BlockVirtualizerOptions {
  parent: HTMLElement;
  /** The unsanitized HTML of a block. */
  getSource(block: HTMLElement): string;
  /** Called for each filled block. */
  onFilled(block: HTMLElement): void;
}

export function createBlockVirtualizer({
  parent,
  getSource,
  onFilled,
}: BlockVirtualizerOptions): BlockVirtualizer {
  let blocks: readonly HTMLElement[] = [];
  const filled = new Set<HTMLElement>();
  let wantsAll = false;
  let waiting = false;
  const closed = new AbortController();

  function fill(wanted: readonly HTMLElement[]): void {
    const contents = createBlockContents(wanted.map(getSource));
    wanted.forEach((block, index) => {
      block.replaceChildren(...(contents[index] ?? []));
      block.style.height = "";
      filled.add(block);
      onFilled(block);
    });
  }

  function empty(far: readonly HTMLElement[]): void {
    const heights = far.map((block) => block.getBoundingClientRect().height);
    far.forEach((block, index) => {
      block.style.height = `${heights[index] ?? 0}px`;
      block.replaceChildren();
      filled.delete(block);
    });
  }

  const missing = () => blocks.filter((block) => !filled.has(block));

  function arrange(): void {
    // The scroll container is inside the window, so the window's height is enough.
    const screen = innerHeight;
    if (wantsAll || blocks.length <= maxImmediateBlocks || parent.getClientRects().length === 0) return;
    fill(findBlocksBetween(blocks, -screen, 2 * screen).filter((block) => !filled.has(block)));
    empty([...filled].filter((block) => isBeyond(block, -3 * screen, 4 * screen) && !isInUse(block)));
  }

  function scheduleArrange(): void {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      if (!closed.signal.aborted) arrange();
    });
  }

  function fillAll(): void {
    wantsAll = true;
    fill(missing());
  }

  const resized = new ResizeObserver(scheduleArrange);
  resized.observe(parent);
  const listenerOptions = { signal: closed.signal, passive: true };
  addEventListener("scroll", scheduleArrange, { ...listenerOptions, capture: true });
  addEventListener("beforeprint", fillAll, listenerOptions);
  addEventListener("afterprint", () => (wantsAll = false), listenerOptions);
  addEventListener("keydown", (event) => isWholeDocumentKey(event) && fillAll(), listenerOptions);

  return {
    fill,
    fillAll,
    has: (block) => filled.has(block),
    forget: (block) => filled.delete(block),
    async setBlocks(now) {
      blocks = now;
      wantsAll = false;
      arrange();
      if (blocks.length > maxImmediateBlocks) return;
      const rest = missing();
      for (let until = performance.now() + fillSliceMs; rest.length > 0;) {
        fill(rest.splice(0, 20));
        if (performance.now() < until) continue;
        await waitForTask();
        if (blocks !== now) return;
        until = performance.now() + fillSliceMs;
      }
    },
    close() {
      closed.abort();
      resized.disconnect();
    },
  };
}

/** Blocks between two vertical offsets of the window. */
function findBlocksBetween(blocks: readonly HTMLElement[], top: number, bottom: number): HTMLElement[] {
  const getBlockTop = (index: number) => blocks[index]?.getBoundingClientRect().top ?? Infinity;
  const first = Math.max(
    0,
    findLastIndexSorted(blocks.length, (index) => getBlockTop(index) <= top),
  );
  const end = findLastIndexSorted(blocks.length, (index) => getBlockTop(index) < bottom) + 1;
  return blocks.slice(first, end);
}

function isBeyond(block: HTMLElement, top: number, bottom: number): boolean {
  const rect = block.getBoundingClientRect();
  return rect.bottom < top || rect.top > bottom;
}

/** Blocks that contain the selection or the focus stay filled. */
function isInUse(block: HTMLElement): boolean {
  return block.contains(document.activeElement) || (getSelection()?.containsNode(block, true) ?? false);
}

/** The browser's Find and Select All need the whole document. The editor has its own search. */
const isWholeDocumentKey = ({ key, ctrlKey, metaKey, defaultPrevented }: KeyboardEvent) =>
  !defaultPrevented && (key === "F3" || ((ctrlKey || metaKey) && /^[fa]$/i.test(key)));

/** Resolves in a background task, so that user input is handled first. */
const waitForTask = () =>
  "scheduler" in globalThis
    ? scheduler.postTask(() => {}, { priority: "background" })
    : new Promise<void>((resolve) => setTimeout(resolve));
