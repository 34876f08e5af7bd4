import { useState } from "react";

import { createLocalState, usePersistedState } from "../lib/persisted-state.ts";

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
  return [usePersistedState(storedView) ?? first, storedView.set];
}

/** Width in pixels of a side panel. */
const panelWidth = 320;

/** The minimum width in pixels of a document beside a panel, and of source and preview together. */
const minWidths = { document: 400, split: 560 };

/** The parts that fit into the width of a document page: a panel beside the text, and the source beside the preview. */
export function fitLayout(width: number, panel: Panel | null): { covers: boolean; fitsSplit: boolean } {
  const covers = width < minWidths.document + panelWidth;
  const rest = panel === null || covers ? width : width - panelWidth;
  return { covers, fitsSplit: rest >= minWidths.split };
}

/** The open side panel, or null. */
export function usePanel(): [Panel | null, (panel: Panel | null) => void] {
  return [usePersistedState(storedPanel), storedPanel.set];
}

/** Chooses the view of all documents. */
export const chooseView = (view: View): void => storedView.set(view);

/** Opens a side panel. */
export const openPanel = (panel: Panel): void => storedPanel.set(panel);

/** Whether the blame gutter is shown. */
export function useBlameGutterVisible(): [boolean, (shows: boolean) => void] {
  return [usePersistedState(storedBlameVisible), storedBlameVisible.set];
}
