import { showToast } from "../ui/toast.ts";
import { client, queryClient } from "./client.ts";
import { clearPersonalState, hasPersonalState, createLocalState } from "./persisted-state.ts";
import { storedSession } from "./session.ts";

/** Whether a session ended in this browser with unsent edits. */
export const hasUnsentEdits = createLocalState("unsent", (stored) => stored === true);

/**
 * Removes a person's texts, titles, lists and tokens from this browser. Must be called whenever a session ends. Edits
 * that the server has not received stay, bound to their author: they are shown to nobody else and are sent when that
 * person signs in again.
 */
export async function clearPersonalData(): Promise<void> {
  queryClient.clear();
  clearPersonalState();
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

/** Clears personal data if any is left from an ended session. */
export async function clearLeftovers(): Promise<void> {
  if (hasPersonalState()) await clearPersonalData();
}

/**
 * Clears the data of a session that ended while no page was open. Runs at startup. Expiry is checked locally;
 * revocation, with the server.
 */
export async function clearEndedSession(): Promise<void> {
  if (!hasPersonalState()) return;
  const { expiresAt } = storedSession.get();
  if (expiresAt !== null && Date.parse(expiresAt) <= Date.now()) return clearPersonalData();
  void client.session
    .isSignedIn()
    .then((isSignedIn) => (isSignedIn ? undefined : clearLeftovers()))
    .catch(() => {}); // server unreachable: the next start checks again
}
