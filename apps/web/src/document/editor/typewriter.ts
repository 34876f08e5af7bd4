import type { Extension } from "@codemirror/state";
import { EditorView, ViewPlugin, type ViewUpdate } from "@codemirror/view";

/** Typewriter mode: keeps the active line centered and dims the others. */
export const typewriter: Extension = [
  EditorView.editorAttributes.of({ class: "cm-typewriter" }),
  ViewPlugin.define((view) => {
    const center = () => {
      if (!view.hasFocus || !view.state.selection.main.empty) return;
      view.dispatch({ effects: EditorView.scrollIntoView(view.state.selection.main.head, { y: "center" }) });
    };
    requestAnimationFrame(center);
    return {
      update({ docChanged, selectionSet, transactions }: ViewUpdate) {
        const isOwn = transactions.some((transaction) => transaction.isUserEvent("input") || selectionSet);
        // The view can't be changed during an update.
        if (isOwn && (docChanged || selectionSet)) requestAnimationFrame(center);
      },
    };
  }),
];
