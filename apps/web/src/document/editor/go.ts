import { EditorView } from "@codemirror/view";

/** Brings a line, counted from 0, to the upper edge of the editor, with the cursor on it. */
export function goToLine(view: EditorView, line: number): void {
  const { from } = view.state.doc.line(Math.min(view.state.doc.lines, line + 1));
  view.dispatch({
    selection: { anchor: from },
    effects: EditorView.scrollIntoView(from, { y: "start", yMargin: 12 }),
  });
}
