import { showToast } from "../ui/toast.ts";
import { client, queryClient } from "./client.ts";
import { clearPersonalState, hasPersonalState, createLocalState } from "./persisted-state.ts";
import { storedSession } from "./session.ts";

/** Whether a session has ended in this browser with edits that the server does not have. */
export const countUnsentEdits = createLocalState("unsent", (stored) => stored === true);

/**
 * Removes from this browser whatever belongs to a person: texts, titles, lists, tokens. To be called when a session has
 * ended, however it ended. Edits that the server does not have stay, bound to their author: nobody else is shown them, and
 * they are sent when that person is back.
 */
export async function clearPersonalData(): Promise<void> {
  queryClient.clear();
  clearPersonalState();
  // Loaded only here: what it needs is not on every page.
  const { clearOfflineDocuments } = await import("./offline-documents.ts");
  const unsent = await clearOfflineDocuments();
  if (unsent === 0) return;
  countUnsentEdits.set(true);
  const documents = unsent === 1 ? "a document" : `${unsent} documents`;
  showToast(
    `Edits to ${documents} haven't been saved to the server. They stay in this browser until you sign in here again.`,
  );
}

/** The same, where a session has left something, and is known to be over. */
export async function clearLeftovers(): Promise<void> {
  if (hasPersonalState()) await clearPersonalData();
}

/**
 * At start-up: clears what a session left that ended while no page was open. Its time is over, which needs no server to
 * tell; or it was ended elsewhere, which the first contact tells.
 */
export async function clearEndedSession(): Promise<void> {
  if (!hasPersonalState()) return;
  const { expiresAt } = storedSession.get();
  if (expiresAt !== null && Date.parse(expiresAt) <= Date.now()) return clearPersonalData();
  void client.session
    .isSignedIn()
    .then((isSignedIn) => (isSignedIn ? undefined : clearLeftovers()))
    .catch(() => {}); // the server can't be reached: the next start asks again
}
