import * as Y from "yjs";

import { applyUpdates } from "./apply.ts";
import { diffText, type TextEdit } from "./edits.ts";

/** The name of a document's only shared text, which contains its Markdown. */
export const textName = "content";

/**
 * The first client id that the server assigns to writers without a replica. Each user has only one per document,
 * because documents keep client ids forever. Yjs chooses smaller ids for windows.
 */
export const firstServerClientId = 2 ** 32;

/** Returns the shared text with the document's Markdown. */
export function getText(doc: Y.Doc): Y.Text {
  return doc.getText(textName);
}

/**
 * Creates a document from updates in any order. Deleted content is garbage-collected; its positions remain.
 *
 * It has no GUID, which only subdocuments need. Yjs takes longer to generate a GUID than to build a short text.
 */
export function createYDoc(updates: Iterable<Uint8Array> = []): Y.Doc {
  const doc = new Y.Doc({ guid: "" });
  applyUpdates(doc, updates);
  getText(doc);
  return doc;
}

/** Applies edits to the document's current text in one transaction. */
export function editText(doc: Y.Doc, edits: readonly TextEdit[], origin?: unknown): void {
  const text = getText(doc);
  doc.transact(() => {
    // In this order, Yjs moves fewer structs for each split.
    let shift = 0;
    for (const { at, remove, insert } of edits) {
      if (remove > 0) text.delete(at + shift, remove);
      if (insert !== "") text.insert(at + shift, insert);
      shift += insert.length - remove;
    }
  }, origin);
}

/** Replaces the document's text with `text`, changing only the differences. */
export function setText(doc: Y.Doc, text: string, origin?: unknown): void {
  editText(doc, diffText(getText(doc).toJSON(), text), origin);
}
