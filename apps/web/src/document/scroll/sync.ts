import type { EditorView } from "@codemirror/view";

import type { PreviewDom } from "../markdown/preview-dom.ts";
import { scrollPreviewToLine, findTopLineOfPreview } from "./preview.ts";

/** The line, with a fraction for where in it, that the upper edge of the editor shows. Lines count from 0. */
export function findTopLine(view: EditorView): number {
  const { scrollTop } = view.scrollDOM;
  const block = view.lineBlockAtHeight(Math.max(0, scrollTop - view.documentPadding.top));
  const fraction =
    block.height === 0
      ? 0
      : Math.min(1, Math.max(0, scrollTop - view.documentPadding.top - block.top) / block.height);
  return view.state.doc.lineAt(block.from).number - 1 + fraction;
}

/** Brings a line, with its fraction, to the upper edge of the editor. */
export function scrollToLine(view: EditorView, line: number): void {
  const { doc } = view.state;
  const whole = Math.min(doc.lines, Math.max(1, Math.floor(line) + 1));
  const block = view.lineBlockAt(doc.line(whole).from);
  view.scrollDOM.scrollTop =
    line <= 0 ? 0 : view.documentPadding.top + block.top + (line - Math.floor(line)) * block.height;
}

const isAtEnd = (element: HTMLElement) =>
  element.scrollTop > 0 && element.scrollTop + element.clientHeight >= element.scrollHeight - 2;
const toEnd = (element: HTMLElement) => {
  element.scrollTop = element.scrollHeight;
};

/**
 * Ties the scrolling of source and preview: the one that is used leads.
 * @param preview Where the preview is, and null while it is not there.
 * @returns What unties them.
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
    const shown = preview();
    if (shown === null) return;
    const source = view.scrollDOM;
    if (target === source && leader === "source") {
      if (isAtEnd(source)) toEnd(shown.scroller);
      else scrollPreviewToLine(shown.scroller, shown.surface, findTopLine(view));
    } else if (target === shown.scroller && leader === "preview") {
      if (isAtEnd(shown.scroller)) toEnd(source);
      else scrollToLine(view, findTopLineOfPreview(shown.scroller, shown.surface));
    }
  };
  // Scrolling does not bubble, but it is captured on its way.
  addEventListener("scroll", onScroll, { signal: ends.signal, passive: true, capture: true });
  return () => ends.abort();
}

interface Scrolled {
  scroller: HTMLElement;
  surface: PreviewDom;
}
