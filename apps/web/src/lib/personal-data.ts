import { isUnreachable } from "@mdreader/client";
import { matchQuery } from "@tanstack/react-query";

import { showToast } from "../ui/toast.ts";
import { client, queryClient, trpc } from "./client.ts";
import { clearStoredQueries } from "./offline-queries.ts";
import { clearPersonalState, hasPersonalState, createLocalState } from "./persisted-state.ts";
import { removeServiceWorker } from "./service-worker.ts";
import { storedSession } from "./session.ts";

/** Whether a session ended in this browser with unsent edits. */
export const hasUnsentEdits = createLocalState("unsent", (stored) => stored === true);

/**
 * Removes a person's texts, titles, lists and tokens from this browser, and the offline app. Must be called whenever a
 * session ends. Edits that the server has not received stay, bound to their author: they are shown to nobody else and are
 * sent when that person signs in again.
 */
export async function clearPersonalData(): Promise<void> {
  await clearStoredData();
  await removeServiceWorker();
}

/** Queries that the server answers alike for everyone. */
const impersonalQueries = [trpc.auth.instance.pathFilter(), trpc.auth.signInOptions.pathFilter()];

/**
 * Removes results of queries and mutations, except what is the same for everyone: the sign-in page may already be waiting
 * for it, and a query that is removed meanwhile never answers.
 */
export function clearPersonalQueries(): void {
  queryClient.removeQueries({
    predicate: (query) => !impersonalQueries.some((filter) => matchQuery(filter, query)),
  });
  queryClient.getMutationCache().clear();
}

async function clearStoredData(): Promise<void> {
  clearPersonalQueries();
  clearPersonalState();
  await clearStoredQueries();
  // Loaded on demand, because its dependencies are not on every page.
  const { clearOfflineDocuments } = await import("./offline-documents.ts");
  const unsent = await clearOfflineDocuments();
  if (unsent === 0) return;
  hasUnsentEdits.set(true);
  const documents = unsent === 1 ? "a document" : `${unsent} documents`;
  showToast(
    `Edits to ${documents} haven't been saved to the server. They stay in this browser until you sign in here again.`,
  );
}

/** Clears what is left from an ended session. */
async function clearLeftovers(): Promise<void> {
  await (hasPersonalState() ? clearPersonalData() : removeServiceWorker());
}

/** Whether the session could still be renewed, as far as this browser knows. */
function isRenewable(): boolean {
  const { expiresAt } = storedSession.get();
  return expiresAt !== null && Date.parse(expiresAt) > Date.now();
}

/**
 * Whether a person is signed in. While the server is unreachable, they are until their session can no longer be renewed.
 * Clears the data of an ended session.
 */
export async function checkSignedIn(): Promise<boolean> {
  try {
    if (await client.session.isSignedIn()) return true;
    await clearLeftovers();
  } catch (error) {
    if (!isUnreachable(error)) throw error;
    if (isRenewable()) return true;
    // The files of the app stay until the server can be reached, so that the sign-in page opens.
    await clearStoredData();
  }
  return false;
}

/**
 * Clears the data of a session that ended while no page was open. Runs at startup. Expiry is checked locally;
 * revocation, with the server.
 */
export async function clearEndedSession(): Promise<void> {
  if (!hasPersonalState()) return;
  if (storedSession.get().expiresAt !== null && !isRenewable()) return clearStoredData();
  void client.session
    .isSignedIn()
    .then((isSignedIn) => (isSignedIn ? undefined : clearLeftovers()))
    .catch(() => {}); // server unreachable: the next start checks again
}
