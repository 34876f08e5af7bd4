import { indexedDbStore, type LiveDocument } from "@mdreader/client/live";

/** The documents that are being closed, and kept once more as they do. */
const closing = new Set<Promise<void>>();

/** Closes a document that the page shows no more. */
export function closeDocument(document: LiveDocument): void {
  const closed = document.close().finally(() => closing.delete(closed));
  closing.add(closed);
}

/**
 * Forgets what this browser keeps of a person's documents, for whoever sits in front of it next. Edits that have not
 * reached the server stay, under the person's name, and are sent when they are back.
 * @returns How many documents have such edits.
 */
export async function forgetDocuments(userId: string): Promise<number> {
  await Promise.all(closing);
  const store = indexedDbStore(userId);
  try {
    return await store.forgetSent();
  } finally {
    await store.close();
  }
}
