import { EditorView } from "@codemirror/view";

import { toIndex, toPosition } from "./text-binding.ts";

/** Moves the cursor to a line, counted from 0, and scrolls it to the top edge of the editor. */
export function goToLine(view: EditorView, line: number): void {
  const { from } = view.state.doc.line(Math.min(view.state.doc.lines, line + 1));
  view.dispatch({
    selection: { anchor: from },
    effects: EditorView.scrollIntoView(from, { y: "start", yMargin: 12 }),
  });
}

/** Scrolls a text index to the center of the editor. */
export function showIndex(view: EditorView, index: number): void {
  const position = toPosition(view.state, index);
  view.dispatch({ effects: EditorView.scrollIntoView(position, { y: "center" }) });
}

/** The selected text range; null if the selection is empty. */
export function getSelectedRange({ state }: EditorView): { from: number; to: number } | null {
  const { empty, from, to } = state.selection.main;
  return empty ? null : { from: toIndex(state, from), to: toIndex(state, to) };
}

/** Selects a text range and scrolls it to the center of the editor. */
export function selectRange(view: EditorView, range: { from: number; to: number }): void {
  const [anchor, head] = [toPosition(view.state, range.from), toPosition(view.state, range.to)];
  view.dispatch({
    selection: { anchor, head },
    effects: EditorView.scrollIntoView(anchor, { y: "center" }),
  });
  view.focus();
}
