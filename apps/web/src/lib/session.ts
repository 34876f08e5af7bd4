import { createLocalState } from "./persisted-state.ts";

/** Listeners for sessions that end other than by signing out in this window. */
const listeners = new Set<() => void>();

export function notifySignedOut(): void {
  for (const listener of listeners) listener();
}

/** Calls `listener` when the session ends. Returns a function that unsubscribes. */
export function subscribeSignedOut(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The expiry of this browser's session unless renewed, shared by all its windows. */
export const storedSession = createLocalState("session", (stored): { expiresAt: string | null } => {
  const expiresAt =
    typeof stored === "object" && stored !== null && "expiresAt" in stored ? stored.expiresAt : null;
  return { expiresAt: typeof expiresAt === "string" ? expiresAt : null };
});
