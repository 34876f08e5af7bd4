import type { Client } from "@mdreader/client";
import type { LiveDocument } from "@mdreader/client/live";

/** Documents of a client that are closing, during which they are stored once more. */
const closing = new WeakMap<Client, Set<Promise<void>>>();

/** Closes a document that no component shows any longer. */
export function releaseDocument(client: Client, document: LiveDocument): void {
  const documents = closing.get(client) ?? new Set();
  closing.set(client, documents);
  const closed = document.close().finally(() => documents.delete(closed));
  documents.add(closed);
}

/**
 * Resolves when the documents that components have left are closed and stored. Wait for it before deleting what the browser stores of a
 * person.
 */
export async function whenDocumentsClosed(client: Client): Promise<void> {
  await Promise.all(Array.from(closing.get(client) ?? []));
}
