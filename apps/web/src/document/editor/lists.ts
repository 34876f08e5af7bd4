import { indentLess, indentMore } from "@codemirror/commands";
import { deleteMarkupBackward, insertNewlineContinueMarkupCommand } from "@codemirror/lang-markdown";
import type { KeyBinding } from "@codemirror/view";

const item = /^(\s*)([-*+]|\d{1,9}[.)])([ \t]+)/;

/** Continues a list or quote. In an empty item, ends the list, or the level of a nested list. */
export const continueMarkup = insertNewlineContinueMarkupCommand({ nonTightLists: false });

/**
 * Tab and Shift-Tab indent and outdent list items by the width that the parent item requires. Enter continues a list,
 * and Backspace deletes its marker.
 */
export const listKeys: readonly KeyBinding[] = [
  {
    key: "Tab",
    run(view) {
      const { state } = view;
      const line = state.doc.lineAt(state.selection.main.head);
      const [, indent = "", , space] = item.exec(line.text) ?? [];
      if (state.readOnly || space === undefined || !state.selection.main.empty) return indentMore(view);
      const above = line.number > 1 ? item.exec(state.doc.line(line.number - 1).text) : null;
      // A nested item is indented to the start of the parent's text.
      const [whole = "", parentIndent = ""] = above ?? [];
      const width = parentIndent.length === indent.length && whole !== "" ? whole.length - indent.length : 2;
      view.dispatch({ changes: { from: line.from, insert: " ".repeat(width) }, userEvent: "input.indent" });
      return true;
    },
    shift(view) {
      const { state } = view;
      const line = state.doc.lineAt(state.selection.main.head);
      const [, indent = ""] = item.exec(line.text) ?? [];
      if (state.readOnly || indent === "" || !state.selection.main.empty) return indentLess(view);
      let parent = 0;
      for (let number = line.number - 1; number > 0; number -= 1) {
        const above = item.exec(state.doc.line(number).text);
        if (above === null) break;
        if ((above[1]?.length ?? 0) >= indent.length) continue;
        parent = above[1]?.length ?? 0;
        break;
      }
      view.dispatch({
        changes: { from: line.from, to: line.from + indent.length - parent },
        userEvent: "delete.dedent",
      });
      return true;
    },
  },
  { key: "Enter", run: continueMarkup },
  { key: "Backspace", run: deleteMarkupBackward },
];
