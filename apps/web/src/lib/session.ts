import type { Reason } from "@mdreader/client";

import { createLocalState } from "./persisted-state.ts";
import { createStore } from "./store.ts";

/** Listeners for sessions that end other than by signing out in this window. */
const listeners = new Set<() => void>();

/**
 * The way in which the last session of this window ended, other than by signing out here. In memory only, until the next
 * sign-in.
 */
export interface SessionEnd {
  reason: Reason;
  /** The text that was typed in this window and not sent. */
  unsentText: string;
}

export const sessionEnd = createStore<SessionEnd | null>(null);

export function notifySignedOut(reason: Reason): void {
  sessionEnd.set({ reason, unsentText: "" });
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
