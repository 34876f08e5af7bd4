import * as Y from "yjs";

import { diffText, type TextEdit } from "./edits.ts";

/** The name of the one shared text in a document: its Markdown. */
export const textName = "content";

/** The Markdown of a document. */
export function textOf(doc: Y.Doc): Y.Text {
  return doc.getText(textName);
}

/** A document as the updates make it, in any order. What was removed is forgotten but for its place. */
export function documentOf(updates: Iterable<Uint8Array>): Y.Doc {
  const doc = new Y.Doc();
  doc.transact(() => {
    for (const update of updates) Y.applyUpdate(doc, update);
  });
  textOf(doc);
  return doc;
}

/** Makes edits of the document's present text, as one change. */
export function edit(doc: Y.Doc, edits: readonly TextEdit[], origin?: unknown): void {
  const text = textOf(doc);
  doc.transact(() => {
    // From the end, so that the offsets of the others stay true.
    for (const { at, remove, insert } of edits.toReversed()) {
      if (remove > 0) text.delete(at, remove);
      if (insert !== "") text.insert(at, insert);
    }
  }, origin);
}

/** Replaces the document's text by `text`, changing only what differs. */
export function setText(doc: Y.Doc, text: string, origin?: unknown): void {
  edit(doc, diffText(textOf(doc).toJSON(), text), origin);
}

/**
 * The update that `change` makes to the document, or null when it changes nothing. It is made under a new client id,
 * as a writer's that holds text and no document of its own.
 */
export function updateOf(doc: Y.Doc, change: (doc: Y.Doc) => void): Uint8Array | null {
  const before = Y.encodeStateVector(doc);
  const draft = new Y.Doc();
  Y.applyUpdate(draft, Y.encodeStateAsUpdate(doc));
  let changed = false;
  draft.on("update", () => {
    changed = true;
  });
  change(draft);
  return changed ? Y.encodeStateAsUpdate(draft, before) : null;
}
