import {
  EditorSelection,
  type EditorState,
  type Extension,
  Facet,
  type SelectionRange,
  type StateCommand,
} from "@codemirror/state";
import { EditorView, type KeyBinding, ViewPlugin, type ViewUpdate } from "@codemirror/view";
import * as Y from "yjs";

import { editorOrigin, fromText, toEditorPosition, toRelativePosition } from "./text-binding.ts";

/** A selection that follows its text through remote edits. */
interface TextSelection {
  anchor: Y.RelativePosition;
  head: Y.RelativePosition;
}

const undoManagers = Facet.define<Y.UndoManager>();

/** Undoes the person's last edit. */
export const undo: StateCommand = ({ state }) => {
  for (const manager of state.facet(undoManagers)) manager.undo();
  return true;
};

/** Redoes the person's last undone edit. */
export const redo: StateCommand = ({ state }) => {
  for (const manager of state.facet(undoManagers)) manager.redo();
  return true;
};

/** Undoes and redoes only the person's own edits, and restores the selection. */
export function createUndoHistory(manager: Y.UndoManager): Extension {
  return [
    undoManagers.of(manager),
    restoreSelections(manager),
    EditorView.domEventHandlers({
      beforeinput({ inputType }) {
        if (inputType === "historyUndo") manager.undo();
        else if (inputType === "historyRedo") manager.redo();
        else return false;
        return true;
      },
    }),
  ];
}

/** Creates an undo manager for edits made in the editor and by the page around it. */
export const createUndoManager = (ytext: Y.Text): Y.UndoManager =>
  new Y.UndoManager(ytext, { trackedOrigins: new Set([null, editorOrigin]) });

/** The undo and redo key bindings. */
export const undoKeys: readonly KeyBinding[] = [
  { key: "Mod-z", run: undo, preventDefault: true },
  { key: "Mod-y", mac: "Mod-Shift-z", run: redo, preventDefault: true },
  { key: "Mod-Shift-z", run: redo, preventDefault: true },
];

function restoreSelections(manager: Y.UndoManager): Extension {
  return ViewPlugin.define((view) => {
    const selections = new WeakMap<object, TextSelection>();
    let before = toTextSelection(view.state);
    const saveSelection = ({ stackItem }: { stackItem: object }) => {
      if (before !== null && !selections.has(stackItem)) selections.set(stackItem, before);
    };
    const restoreSelection = ({ stackItem }: { stackItem: object }) => {
      const saved = selections.get(stackItem);
      const selection = saved === undefined ? null : toEditorSelection(view.state, saved);
      if (selection === null) return;
      view.dispatch({ selection, effects: EditorView.scrollIntoView(selection) });
    };
    manager.on("stack-item-added", saveSelection);
    manager.on("stack-item-popped", restoreSelection);
    return {
      // This listener runs before the binding, so the text is still in the state before the edit.
      update({ docChanged, selectionSet, transactions, startState, state }: ViewUpdate) {
        if (transactions.some((one) => one.annotation(fromText) === true)) return;
        if (docChanged) before = toTextSelection(startState);
        else if (selectionSet) before = toTextSelection(state);
      },
      destroy() {
        manager.off("stack-item-added", saveSelection);
        manager.off("stack-item-popped", restoreSelection);
      },
    };
  });
}

function toTextSelection(state: EditorState): TextSelection | null {
  const { main } = state.selection;
  const [anchor, head] = [toRelativePosition(state, main.anchor), toRelativePosition(state, main.head)];
  return anchor === null || head === null ? null : { anchor, head };
}

function toEditorSelection(state: EditorState, { anchor, head }: TextSelection): SelectionRange | null {
  const [from, to] = [anchor, head].map((position) => toEditorPosition(state, position));
  return typeof from === "number" && typeof to === "number" ? EditorSelection.range(from, to) : null;
}
