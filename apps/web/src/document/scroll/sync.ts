import type { EditorView } from "@codemirror/view";

import type { PreviewDom } from "../markdown/preview-dom.ts";
import { scrollPreviewToLine, findTopLineOfPreview } from "./preview.ts";

/** The line at the top edge of the editor, from 0; the fraction is the position within the line. */
export function findTopLine(view: EditorView): number {
  const { scrollTop } = view.scrollDOM;
  const block = view.lineBlockAtHeight(Math.max(0, scrollTop - view.documentPadding.top));
  const fraction =
    block.height === 0
      ? 0
      : Math.min(1, Math.max(0, scrollTop - view.documentPadding.top - block.top) / block.height);
  return view.state.doc.lineAt(block.from).number - 1 + fraction;
}

/** Scrolls the editor so that a fractional line is at its top edge. */
function scrollToLine(view: EditorView, line: number): void {
  const { doc } = view.state;
  const lineNumber = Math.min(doc.lines, Math.max(1, Math.floor(line) + 1));
  const block = view.lineBlockAt(doc.line(lineNumber).from);
  view.scrollDOM.scrollTop =
    line <= 0 ? 0 : view.documentPadding.top + block.top + (line - Math.floor(line)) * block.height;
}

const isAtEnd = (element: HTMLElement) =>
  element.scrollTop > 0 && element.scrollTop + element.clientHeight >= element.scrollHeight - 2;
const toEnd = (element: HTMLElement) => {
  element.scrollTop = element.scrollHeight;
};

/**
 * Synchronizes the scroll positions of source and preview. The pane in use leads.
 * @param preview Returns the preview, or null while it is not mounted.
 * @returns A function that ends the synchronization.
 */
export function syncScrolling(view: EditorView, preview: () => Scrolled | null): () => void {
  const ends = new AbortController();
  let leader: "source" | "preview" = "source";
  const scroller = () => preview()?.scroller;
  const isInPreview = (target: EventTarget | null) =>
    target instanceof Node && scroller()?.contains(target) === true;
  for (const type of ["pointerover", "wheel", "touchstart", "focusin", "keydown"]) {
    const choose = ({ target }: Event) => {
      if (isInPreview(target)) leader = "preview";
      else if (target instanceof Node && view.dom.contains(target)) leader = "source";
    };
    addEventListener(type, choose, { signal: ends.signal, passive: true, capture: true });
  }
  const onScroll = ({ target }: Event) => {
    const previewElements = preview();
    if (previewElements === null) return;
    const source = view.scrollDOM;
    if (target === source && leader === "source") {
      if (isAtEnd(source)) toEnd(previewElements.scroller);
      else scrollPreviewToLine(previewElements.scroller, previewElements.surface, findTopLine(view));
    } else if (target === previewElements.scroller && leader === "preview") {
      if (isAtEnd(previewElements.scroller)) toEnd(source);
      else scrollToLine(view, findTopLineOfPreview(previewElements.scroller, previewElements.surface));
    }
  };
  // Scroll events do not bubble, but they can be captured.
  addEventListener("scroll", onScroll, { signal: ends.signal, passive: true, capture: true });
  return () => ends.abort();
}

interface Scrolled {
  scroller: HTMLElement;
  surface: PreviewDom;
}
