import * as Y from "yjs";

import { splitAhead } from "./split-ahead.ts";

/** Updates below this size in bytes can't split a text into enough pieces to matter. */
const smallUpdate = 1024;

/** Applies updates in one transaction, in time linear in the number of structs of the updates and the document. */
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
