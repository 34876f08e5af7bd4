import * as Y from "yjs";

import { splitAhead } from "./split-ahead.ts";

/** Bytes of an update that can't cut a text into so many pieces that it matters. */
const smallUpdate = 1024;

/** Applies updates as one change, in time that is linear in the structs of both the updates and the document. */
export function applyUpdates(doc: Y.Doc, updates: Iterable<Uint8Array>): void {
  doc.transact((transaction) => {
    for (const update of updates) {
      if (update.byteLength > smallUpdate && doc.store.clients.size > 0) {
        const { structs, ds } = Y.decodeUpdate(update);
        splitAhead(transaction, { structs, deletions: ds.clients });
      }
      Y.applyUpdate(doc, update);
    }
  });
}
