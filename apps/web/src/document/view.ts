import { useState } from "react";

import { useIsWide } from "../lib/media.ts";
import { createLocalState, usePersistedState } from "../lib/persisted-state.ts";

/** How a document is shown: its source and what becomes of it beside each other, or one of them. */
export type View = "split" | "source" | "reading";
export type Panel = "outline" | "comments" | "history" | "links";

const views: readonly unknown[] = ["split", "source", "reading"] satisfies View[];
const panels: readonly unknown[] = ["outline", "comments", "history", "links"] satisfies Panel[];

const storedView = createLocalState<View | null>("view", (stored) =>
  views.includes(stored) ? (stored as View) : null,
); // by the line above
const storedPanel = createLocalState<Panel | null>("panel", (stored) =>
  panels.includes(stored) ? (stored as Panel) : null,
); // likewise
const storedBlameVisible = createLocalState("writers", (stored) => stored === true);

/** Whether the person has chosen to see no source. */
export const isReadingMode = () => storedView.get() === "reading";

/** The view that the person chose last, in any document; there is no room for two columns on a phone. */
export function useView(mayEdit: boolean): [View, (view: View) => void] {
  const wide = useIsWide();
  // Who loses their role while they write keeps what they see.
  const [first] = useState<View>(mayEdit && wide ? "split" : "reading");
  const chosen = usePersistedState(storedView) ?? first;
  return [chosen === "split" && !wide ? "source" : chosen, storedView.set];
}

/** What is open at the side, if anything is. */
export function usePanel(): [Panel | null, (panel: Panel | null) => void] {
  return [usePersistedState(storedPanel), storedPanel.set];
}

/** Whether the source says who wrote what. */
export function useBlameGutterVisible(): [boolean, (shows: boolean) => void] {
  return [usePersistedState(storedBlameVisible), storedBlameVisible.set];
}
