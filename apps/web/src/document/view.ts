import { useLayoutEffect, useState } from "react";

import { createLocalState } from "../lib/persisted-state.ts";
import { createStore, useStore } from "../lib/store.ts";

/** The view of a document: source, preview, or both side by side. */
export type View = "split" | "source" | "reading";
export type Panel = "outline" | "comments" | "history" | "links" | "attachments";

const views: readonly unknown[] = ["split", "source", "reading"] satisfies View[];
const panels: readonly unknown[] = [
  "outline",
  "comments",
  "history",
  "links",
  "attachments",
] satisfies Panel[];

const storedView = createLocalState<View | null>("view", (stored) =>
  views.includes(stored) ? (stored as View) : null,
); // validated by the line above
const storedPanel = createLocalState<Panel | null>("panel", (stored) =>
  panels.includes(stored) ? (stored as Panel) : null,
); // validated by the line above
const storedBlameVisible = createLocalState("writers", (stored) => stored === true);

/** Whether the person has chosen the reading view. */
export const isReadingMode = () => storedView.get() === "reading";

/** The most recently chosen view, shared by all documents. */
export function useView(mayEdit: boolean, wide: boolean): [View, (view: View) => void] {
  // Losing edit rights mid-session does not switch the view.
  const [first] = useState<View>(mayEdit && wide ? "split" : "reading");
  return [useStore(storedView) ?? first, storedView.set];
}

/** Width in pixels of a side panel. */
const panelWidth = 320;

/** The minimum width in pixels of a document beside a panel, and of source and preview together. */
const minWidths = { document: 400, split: 560 };

/** Whether a panel covers the text of a document page that has this width. */
export const panelCovers = (width: number): boolean => width < minWidths.document + panelWidth;

/** Whether the source fits beside the preview. */
export const fitsSplit = (width: number, panel: Panel | null): boolean =>
  (panel === null || panelCovers(width) ? width : width - panelWidth) >= minWidths.split;

/** The panel that was opened since the document was, or null. */
const openedPanel = createStore<Panel | null>(null);

function setPanel(panel: Panel | null): void {
  openedPanel.set(panel);
  storedPanel.set(panel);
}

/**
 * The side panel of a document, or null. The last one that was opened stays open beside all documents. One that covers
 * the text is shown only after it was opened in this document.
 */
export function usePanel(covers: boolean): [Panel | null, (panel: Panel | null) => void] {
  const stored = useStore(storedPanel);
  const opened = useStore(openedPanel);
  // Before the next document is painted.
  useLayoutEffect(() => () => openedPanel.set(null), []);
  return [covers ? opened : stored, setPanel];
}

/** Chooses the view of all documents. */
export const chooseView = (view: View): void => storedView.set(view);

/** Opens a side panel. */
export const openPanel = (panel: Panel): void => setPanel(panel);

/** Whether the blame gutter is shown. */
export function useBlameGutterVisible(): [boolean, (shows: boolean) => void] {
  return [useStore(storedBlameVisible), storedBlameVisible.set];
}
