import type { Extension } from "@codemirror/state";
import { EditorView, ViewPlugin } from "@codemirror/view";

import { isPointerCoarse } from "../../lib/media.ts";

/** Keeps the cursor in view when the keyboard of a phone makes the editor lower. */
export const keepCursorVisible: Extension = ViewPlugin.define((view) => {
  const show = () => {
    if (!view.hasFocus || !isPointerCoarse()) return;
    view.dispatch({ effects: EditorView.scrollIntoView(view.state.selection.main.head) });
  };
  const observer = new ResizeObserver(show);
  observer.observe(view.scrollDOM);
  return { destroy: () => observer.disconnect() };
});
