/** Who wants to know that the session has ended, other than by logging out here. */
const listeners = new Set<() => void>();

export function signedOut(): void {
  for (const listener of listeners) listener();
}

/** Calls `listener` when the session has ended. The answer stops that. */
export function onSignedOut(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
