import { createLocalState } from "./persisted-state.ts";

/** Who wants to know that the session has ended, other than by signing out here. */
const listeners = new Set<() => void>();

export function notifySignedOut(): void {
  for (const listener of listeners) listener();
}

/** Calls `listener` when the session has ended. The answer stops that. */
export function subscribeSignedOut(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Until when the session of this browser lasts, unless it is renewed before. All its windows share it. */
export const storedSession = createLocalState("session", (stored): { expiresAt: string | null } => {
  const expiresAt =
    typeof stored === "object" && stored !== null && "expiresAt" in stored ? stored.expiresAt : null;
  return { expiresAt: typeof expiresAt === "string" ? expiresAt : null };
});
