import type { PreviewDom } from "../markdown/preview-dom.ts";
import { alignRendered, toRenderedRange, toSourceRange } from "./align.ts";
import type { CommentRange } from "./ranges.ts";

/** Parts of the preview whose text is not in the source. */
const generated = ".copy, .anchor, .math-inline, .math-display, .diagram, .embed, .embed-note";

interface TextPart {
  node: Text;
  from: number;
}

/** The text of a rendered block, and its text nodes. */
function readText(block: HTMLElement): { text: string; parts: TextPart[] } {
  const parts: TextPart[] = [];
  let text = "";
  const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    if (!(node instanceof Text) || node.parentElement?.closest(generated) !== null) continue;
    parts.push({ node, from: text.length });
    text += node.data;
  }
  return { text, parts };
}

/** The offsets at which the lines of a text begin, and its end. */
export function findLineStarts(text: string): number[] {
  const starts = [0];
  for (const { index } of text.matchAll(/\r\n|\r|\n/g))
    starts.push(index + (text[index] === "\r" && text[index + 1] === "\n" ? 2 : 1));
  return starts;
}

/** The range of the source that a block was rendered from. */
function findBlockRange({ lines }: PreviewDom, index: number, starts: readonly number[], length: number) {
  const at = (line: number | undefined) => (line === undefined ? length : (starts[line] ?? length));
  return { from: at(lines[index]), to: at(lines[index + 1]) };
}

/** Creates DOM ranges of the rendered text that shows parts of the source. Blocks far from view have none. */
export function createPreviewRanges(
  surface: PreviewDom,
  source: string,
  ranges: readonly CommentRange[],
): Map<string, globalThis.Range[]> {
  const starts = findLineStarts(source);
  const found = new Map<string, globalThis.Range[]>();
  surface.blocks.forEach((block, index) => {
    const { from, to } = findBlockRange(surface, index, starts, source.length);
    const inside = ranges.filter((range) => range.from < to && range.to > from);
    if (inside.length === 0 || !block.hasChildNodes()) return;
    const { text, parts } = readText(block);
    const indexes = alignRendered(source.slice(from, to), text);
    for (const { threadId, ...range } of inside) {
      const rendered = toRenderedRange(indexes, { from: range.from - from, to: range.to - from });
      const shown = rendered === null ? null : createRange(parts, rendered);
      if (shown !== null) found.set(threadId, [...(found.get(threadId) ?? []), shown]);
    }
  });
  return found;
}

function createRange(
  parts: readonly TextPart[],
  { from, to }: { from: number; to: number },
): globalThis.Range | null {
  const first = parts.findLast((part) => part.from <= from);
  const last = parts.findLast((part) => part.from < to);
  if (first === undefined || last === undefined) return null;
  const range = document.createRange();
  range.setStart(first.node, from - first.from);
  range.setEnd(last.node, Math.min(last.node.length, to - last.from));
  return range;
}

/** The range of the source that the selection in a preview shows; null without a selection there. */
export function readSelectedSource(surface: PreviewDom, source: string): { from: number; to: number } | null {
  const selection = getSelection();
  if (selection === null || selection.isCollapsed || selection.rangeCount === 0) return null;
  const selected = selection.getRangeAt(0);
  const starts = findLineStarts(source);
  let whole: { from: number; to: number } | null = null;
  surface.blocks.forEach((block, index) => {
    if (!selected.intersectsNode(block)) return;
    const { from, to } = findBlockRange(surface, index, starts, source.length);
    const { text, parts } = readText(block);
    const rendered = findSelectedText(parts, selected);
    if (rendered === null) return;
    const range = toSourceRange(alignRendered(source.slice(from, to), text), rendered);
    if (range !== null) whole = { from: whole?.from ?? from + range.from, to: from + range.to };
  });
  return whole;
}

/** The part of a block's text that is inside a DOM range. */
function findSelectedText(
  parts: readonly TextPart[],
  selected: globalThis.Range,
): { from: number; to: number } | null {
  const inside = parts.filter(({ node }) => selected.intersectsNode(node));
  const [first, last] = [inside.at(0), inside.at(-1)];
  if (first === undefined || last === undefined) return null;
  const from = first.from + (selected.startContainer === first.node ? selected.startOffset : 0);
  const to = last.from + (selected.endContainer === last.node ? selected.endOffset : last.node.length);
  return from < to ? { from, to } : null;
}
