import { EditorView } from "@codemirror/view";

import { toIndex, toPosition } from "./text-binding.ts";

/** Brings a line, counted from 0, to the upper edge of the editor, with the cursor on it. */
export function goToLine(view: EditorView, line: number): void {
  const { from } = view.state.doc.line(Math.min(view.state.doc.lines, line + 1));
  view.dispatch({
    selection: { anchor: from },
    effects: EditorView.scrollIntoView(from, { y: "start", yMargin: 12 }),
  });
}

/** Brings an index of the text to the middle of the editor. */
export function showIndex(view: EditorView, index: number): void {
  const position = toPosition(view.state, index);
  view.dispatch({ effects: EditorView.scrollIntoView(position, { y: "center" }) });
}

/** The range of the text that is selected; null where nothing is. */
export function selectedRange({ state }: EditorView): { from: number; to: number } | null {
  const { empty, from, to } = state.selection.main;
  return empty ? null : { from: toIndex(state, from), to: toIndex(state, to) };
}

/** Selects a range of the text, and brings it to the middle of the editor. */
export function selectRange(view: EditorView, range: { from: number; to: number }): void {
  const [anchor, head] = [toPosition(view.state, range.from), toPosition(view.state, range.to)];
  view.dispatch({
    selection: { anchor, head },
    effects: EditorView.scrollIntoView(anchor, { y: "center" }),
  });
  view.focus();
}
