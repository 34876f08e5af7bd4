/** What runs on a client until that is closed: streams that would otherwise be begun anew when their connection ends. */
const running = new WeakMap<object, Set<() => void>>();

/** Has `end` called when the client is closed. @returns What calls that off. */
export function onClosed(client: object, end: () => void): () => void {
  const ends = running.get(client) ?? new Set();
  running.set(client, ends);
  // Wrapped, so that each registration is one of its own.
  const entry = () => end();
  ends.add(entry);
  return () => void ends.delete(entry);
}

export function endAll(client: object): void {
  const ends = running.get(client) ?? [];
  running.delete(client);
  for (const end of ends) end();
}
