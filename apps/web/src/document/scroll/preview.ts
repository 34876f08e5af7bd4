import { findLastIndexSorted } from "../markdown/find-last-index-sorted.ts";
import type { PreviewDom } from "../markdown/preview-dom.ts";

/** The source line at the top edge of a scrolled preview. */
export function findTopLineOfPreview(scroller: HTMLElement, { blocks, lines }: PreviewDom): number {
  const top = scroller.getBoundingClientRect().top;
  const index = findLastIndexSorted(
    blocks.length,
    (i) => (blocks[i]?.getBoundingClientRect().top ?? 0) <= top + 1,
  );
  const block = blocks[index];
  if (block === undefined) return 0;
  const { top: at, height } = block.getBoundingClientRect();
  const from = lines[index] ?? 0;
  const to = lines[index + 1] ?? from + 1;
  return from + (height === 0 ? 0 : Math.min(1, (top - at) / height)) * (to - from);
}

/** Scrolls the preview so that a source line is at its top edge. */
export function scrollPreviewToLine(
  scroller: HTMLElement,
  { blocks, lines }: PreviewDom,
  line: number,
): void {
  const index = findLastIndexSorted(lines.length, (i) => (lines[i] ?? 0) <= line);
  const block = blocks[index];
  if (block === undefined || line <= 0) {
    scroller.scrollTop = 0;
    return;
  }
  const { top, height } = block.getBoundingClientRect();
  const from = lines[index] ?? 0;
  const to = Math.max(from + 1, lines[index + 1] ?? from + 1);
  const offset =
    top - scroller.getBoundingClientRect().top + Math.min(1, (line - from) / (to - from)) * height;
  scroller.scrollTop += offset;
}
