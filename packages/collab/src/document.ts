import * as Y from "yjs";

import { applyUpdates } from "./apply.ts";
import { diffText, type TextEdit } from "./edits.ts";

/** The name of the one shared text in a document: its Markdown. */
export const textName = "content";

/**
 * The first of the client ids that the server gives to those who write text and have no document of their own: one a
 * person in each document, however often they write, since a document never forgets a client id. Yjs chooses those of
 * windows below.
 */
export const firstServerClientId = 2 ** 32;

/** The Markdown of a document. */
export function getText(doc: Y.Doc): Y.Text {
  return doc.getText(textName);
}

/** A document as the updates make it, in any order. What was removed is forgotten but for its place. */
export function createYDoc(updates: Iterable<Uint8Array>): Y.Doc {
  const doc = new Y.Doc();
  applyUpdates(doc, updates);
  getText(doc);
  return doc;
}

/** Makes edits of the document's present text, as one change. */
export function editText(doc: Y.Doc, edits: readonly TextEdit[], origin?: unknown): void {
  const text = getText(doc);
  doc.transact(() => {
    // From the beginning: each piece that Yjs cuts off is put before fewer others.
    let shift = 0;
    for (const { at, remove, insert } of edits) {
      if (remove > 0) text.delete(at + shift, remove);
      if (insert !== "") text.insert(at + shift, insert);
      shift += insert.length - remove;
    }
  }, origin);
}

/** Replaces the document's text by `text`, changing only what differs. */
export function setText(doc: Y.Doc, text: string, origin?: unknown): void {
  editText(doc, diffText(getText(doc).toJSON(), text), origin);
}

/**
 * The update that `change` makes to the document, or null when it changes nothing.
 *
 * @param clientId What it is made under. Nobody else may be writing under it at the same time.
 */
export function encodeUpdate(doc: Y.Doc, clientId: number, change: (doc: Y.Doc) => void): Uint8Array | null {
  const draft = new Y.Doc();
  Y.applyUpdate(draft, Y.encodeStateAsUpdate(doc));
  draft.clientID = clientId;
  const updates: Uint8Array[] = [];
  draft.on("update", (update: Uint8Array) => updates.push(update));
  change(draft);
  return updates.length === 0 ? null : Y.mergeUpdates(updates);
}
