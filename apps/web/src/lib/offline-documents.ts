import { forgetSentDocuments, indexedDbStore, type LiveDocument, openDocument } from "@mdreader/client/live";

import { client } from "./client.ts";

/** The documents that are being closed, and kept once more as they do. */
const closing = new Set<Promise<void>>();

/** Closes a document that the page shows no more. */
export function releaseDocument(document: LiveDocument): void {
  const closed = document.close().finally(() => closing.delete(closed));
  closing.add(closed);
}

/**
 * Forgets what this browser keeps of documents, for whoever sits in front of it next. Edits that have not reached the
 * server stay, under their author's id, and are sent when that person is back.
 * @returns How many documents have such edits.
 */
export async function clearOfflineDocuments(): Promise<number> {
  await Promise.all(closing);
  return forgetSentDocuments();
}

/** How long a document may take to be sent, in milliseconds. What is left is sent when the document is opened. */
const maxSendMs = 30_000;

/** Sends the edits of a person who is back that could not be sent when their session ended. */
export async function sendUnsentEdits(userId: string): Promise<void> {
  const store = indexedDbStore(userId);
  try {
    for (const id of await store.unsent()) {
      const document = await openDocument(client, id, { store, presence: false });
      const { promise: late, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, maxSendMs);
      // Why an edit is refused, its document says when it is opened.
      await Promise.race([document.whenSaved().catch(() => {}), late]);
      clearTimeout(timer);
      await document.close();
    }
  } finally {
    await store.close();
  }
}
