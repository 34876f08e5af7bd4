import { createBlockContents } from "./block.ts";
import { findLastIndexSorted } from "./find-last-index-sorted.ts";

/** Milliseconds of work at a time, so that the page can answer in between. */
const fillSliceMs = 8;

/** Documents of up to so many blocks are wholly there. */
const maxImmediateBlocks = 300;

/**
 * Keeps in the page what is near the view, and of the rest of a long document only how high it is: a hundred thousand
 * elements would make each letter that is typed beside them wait.
 */
export interface BlockVirtualizer {
  /** Takes the blocks of the document as they are now, in order. Resolves when all that should have content has it. */
  take(blocks: readonly HTMLElement[]): Promise<void>;
  /** Gives these their content now. */
  fill(blocks: readonly HTMLElement[]): void;
  has(block: HTMLElement): boolean;
  forget(block: HTMLElement): void;
  close(): void;
}

export interface BlockVirtualizerOptions {
  parent: HTMLElement;
  /** The HTML of a block, not sanitized. */
  htmlOf(block: HTMLElement): string;
  /** Is told of each block that has got its content. */
  onFilled(block: HTMLElement): void;
}

export function createBlockVirtualizer({
  parent,
  htmlOf,
  onFilled,
}: BlockVirtualizerOptions): BlockVirtualizer {
  let blocks: readonly HTMLElement[] = [];
  const filled = new Set<HTMLElement>();
  let wantsAll = false;
  let waiting = false;
  const ends = new AbortController();

  function fill(wanted: readonly HTMLElement[]): void {
    const contents = createBlockContents(wanted.map(htmlOf));
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
    // Whatever it is that scrolls, it is in the window.
    const screen = innerHeight;
    if (wantsAll || blocks.length <= maxImmediateBlocks || parent.getClientRects().length === 0) return;
    fill(between(blocks, -screen, 2 * screen).filter((block) => !filled.has(block)));
    empty([...filled].filter((block) => isBeyond(block, -3 * screen, 4 * screen) && !isInUse(block)));
  }

  function soon(): void {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      if (!ends.signal.aborted) arrange();
    });
  }

  function all(): void {
    wantsAll = true;
    fill(missing());
  }

  const resized = new ResizeObserver(soon);
  resized.observe(parent);
  const on = { signal: ends.signal, passive: true };
  addEventListener("scroll", soon, { ...on, capture: true });
  addEventListener("beforeprint", all, on);
  addEventListener("afterprint", () => (wantsAll = false), on);
  addEventListener("keydown", (event) => needsWholeDocument(event) && all(), on);

  return {
    fill,
    has: (block) => filled.has(block),
    forget: (block) => filled.delete(block),
    async take(now) {
      blocks = now;
      wantsAll = false;
      arrange();
      if (blocks.length > maxImmediateBlocks) return;
      const rest = missing();
      for (let until = performance.now() + fillSliceMs; rest.length > 0;) {
        fill(rest.splice(0, 20));
        if (performance.now() < until) continue;
        await nextTask();
        if (blocks !== now) return;
        until = performance.now() + fillSliceMs;
      }
    },
    close() {
      ends.abort();
      resized.disconnect();
    },
  };
}

/** Those of the blocks that are between two heights of the window. */
function between(blocks: readonly HTMLElement[], top: number, bottom: number): HTMLElement[] {
  const topOf = (index: number) => blocks[index]?.getBoundingClientRect().top ?? Infinity;
  const first = Math.max(
    0,
    findLastIndexSorted(blocks.length, (index) => topOf(index) <= top),
  );
  const end = findLastIndexSorted(blocks.length, (index) => topOf(index) < bottom) + 1;
  return blocks.slice(first, end);
}

function isBeyond(block: HTMLElement, top: number, bottom: number): boolean {
  const rect = block.getBoundingClientRect();
  return rect.bottom < top || rect.top > bottom;
}

/** What is selected, or has the focus, stays. */
function isInUse(block: HTMLElement): boolean {
  return block.contains(document.activeElement) || (getSelection()?.containsNode(block, true) ?? false);
}

/** Who lets the browser find, or selects all, means the whole document. The editor finds by itself. */
const needsWholeDocument = ({ key, ctrlKey, metaKey, defaultPrevented }: KeyboardEvent) =>
  !defaultPrevented && (key === "F3" || ((ctrlKey || metaKey) && /^[fa]$/i.test(key)));

/** Lets the page answer what people do first. */
const nextTask = () =>
  "scheduler" in globalThis
    ? scheduler.postTask(() => {}, { priority: "background" })
    : new Promise<void>((resolve) => setTimeout(resolve));
