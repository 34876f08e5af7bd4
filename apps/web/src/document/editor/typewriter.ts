import type { Extension } from "@codemirror/state";
import { EditorView, ViewPlugin, type ViewUpdate } from "@codemirror/view";

/** Keeps the line that is written in the middle of the window, and lets the others step back. */
export const typewriter: Extension = [
  EditorView.editorAttributes.of({ class: "cm-typewriter" }),
  ViewPlugin.define((view) => {
    const centre = () => {
      if (!view.hasFocus || !view.state.selection.main.empty) return;
      view.dispatch({ effects: EditorView.scrollIntoView(view.state.selection.main.head, { y: "center" }) });
    };
    requestAnimationFrame(centre);
    return {
      update({ docChanged, selectionSet, transactions }: ViewUpdate) {
        const isOwn = transactions.some((transaction) => transaction.isUserEvent("input") || selectionSet);
        // A view can't be changed while it is being updated.
        if (isOwn && (docChanged || selectionSet)) requestAnimationFrame(centre);
      },
    };
  }),
];
