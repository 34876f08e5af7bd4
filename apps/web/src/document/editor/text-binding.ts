import {
  Annotation,
  type EditorState,
  type Extension,
  Facet,
  StateEffect,
  StateField,
} from "@codemirror/state";
import { ViewPlugin, type ViewUpdate } from "@codemirror/view";
import * as Y from "yjs";

import { LineEndings, type TextEdit } from "./line-endings.ts";

/**
 * Binds an editor with the initial text `doc` to the text of a live document. Edits on either side are applied to the
 * other.
 */
export function bindText(ytext: Y.Text, doc: string): Extension {
  return [boundTextFacet.of(ytext), lineEndings.init(() => LineEndings.of(doc)), binding];
}

/** The origin of transactions made by an editor. */
export const editorOrigin = Symbol("editor");

/** The text that the editor is bound to. */
const boundTextFacet = Facet.define<Y.Text, Y.Text | null>({ combine: ([text]) => text ?? null });

/** Marks editor transactions that apply changes of the text. */
export const fromText = Annotation.define<true>();

const setLineEndings = StateEffect.define<LineEndings>();

const lineEndings = StateField.define<LineEndings>({
  create: ({ doc }) => LineEndings.of(doc.toString()),
  update(endings, { effects, changes, docChanged, startState, newDoc }) {
    const effect = effects.find((one) => one.is(setLineEndings));
    if (effect !== undefined) return effect.value;
    return docChanged ? endings.afterEdit(startState.doc, changes, newDoc) : endings;
  },
});

/** Converts an editor position to a text index. The editor counts every line ending as one character. */
export function toIndex(state: EditorState, position: number): number {
  return state.field(lineEndings).toIndex(state.doc, position);
}

/** Converts a text index to an editor position. An index past the end maps to the end. */
export function toPosition(state: EditorState, index: number): number {
  return state.field(lineEndings).toPosition(state.doc, index);
}

/** Converts a relative position to an editor position; null if it belongs to another text. */
export function toEditorPosition(state: EditorState, place: Y.RelativePosition): number | null {
  const doc = state.facet(boundTextFacet)?.doc;
  if (!doc) return null;
  const found = Y.createAbsolutePositionFromRelativePosition(place, doc);
  return found === null ? null : toPosition(state, found.index);
}

/**
 * Converts an editor position to a relative position, which survives remote edits; null while the editor is ahead of
 * its text.
 */
export function toRelativePosition(state: EditorState, position: number): Y.RelativePosition | null {
  const ytext = state.facet(boundTextFacet);
  const index = toIndex(state, position);
  return ytext === null || index > ytext.length ? null : Y.createRelativePositionFromTypeIndex(ytext, index);
}

const binding = ViewPlugin.define((view) => {
  const ytext = view.state.facet(boundTextFacet);
  const show = (event: Y.YTextEvent, { origin }: Y.Transaction) => {
    if (origin === editorOrigin) return;
    const { state } = view;
    const { changes, endings } = state.field(lineEndings).fromTextEdits(state.doc, toTextEdits(event));
    view.dispatch({ changes, effects: setLineEndings.of(endings), annotations: fromText.of(true) });
  };
  ytext?.observe(show);
  return {
    update({ docChanged, transactions, startState, state, changes }: ViewUpdate) {
      if (ytext === null || !docChanged || transactions.some((one) => one.annotation(fromText) === true))
        return;
      const endings = startState.field(lineEndings);
      const edits = endings.toTextEdits(startState.doc, changes, state.doc, state.field(lineEndings));
      ytext.doc?.transact(() => {
        for (const { index, remove, insert } of edits.toReversed()) {
          if (remove > 0) ytext.delete(index, remove);
          if (insert !== "") ytext.insert(index, insert);
        }
      }, editorOrigin);
    },
    destroy: () => ytext?.unobserve(show),
  };
});

function toTextEdits({ delta }: Y.YTextEvent): TextEdit[] {
  const edits: TextEdit[] = [];
  let index = 0;
  let isOpen = false;
  for (const { retain, insert, delete: remove = 0 } of delta) {
    if (retain !== undefined) {
      index += retain;
      isOpen = false;
      continue;
    }
    const edit = { index, remove, insert: typeof insert === "string" ? insert : "" };
    const last = edits.at(-1);
    if (isOpen && last !== undefined) {
      last.remove += remove;
      last.insert += edit.insert;
    } else edits.push(edit);
    index += remove;
    isOpen = true;
  }
  return edits;
}
