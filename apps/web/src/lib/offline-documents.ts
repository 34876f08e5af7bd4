import { forgetSentDocuments, indexedDbStore, openDocument } from "@mdreader/client/live";
import { whenDocumentsClosed } from "@mdreader/react/live";

import { client } from "./client.ts";

/**
 * Deletes the documents stored in this browser. Edits that the server has not received stay, bound to their author's
 * ID, and are sent when that person signs in again.
 * @returns The number of documents with unsent edits.
 */
export async function clearOfflineDocuments(): Promise<number> {
  await whenDocumentsClosed(client);
  return forgetSentDocuments();
}

/** Send timeout per document in milliseconds. Remaining edits are sent when the document is opened. */
const maxSendMs = 30_000;

/** Sends a returning person's edits that were unsent when their session ended. */
export async function sendUnsentEdits(userId: string): Promise<void> {
  const store = indexedDbStore(userId);
  try {
    for (const id of await store.unsent()) {
      const document = await openDocument(client, id, { store, presence: false });
      const { promise: late, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, maxSendMs);
      // The document reports rejected edits when it is opened.
      await Promise.race([document.whenSaved().catch(() => {}), late]);
      clearTimeout(timer);
      await document.close();
    }
  } finally {
    await store.close();
  }
}
