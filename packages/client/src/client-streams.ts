/** What runs on a client until that is closed: streams that would otherwise be begun anew when their connection ends. */
const streamsByClient = new WeakMap<object, Set<() => void>>();

/** Has `end` called when the client is closed. @returns What calls that off. */
export function onClosed(client: object, end: () => void): () => void {
  const ends = streamsByClient.get(client) ?? new Set();
  streamsByClient.set(client, ends);
  // Wrapped, so that each registration is one of its own.
  const entry = () => end();
  ends.add(entry);
  return () => void ends.delete(entry);
}

export function endStreams(client: object): void {
  const ends = streamsByClient.get(client) ?? [];
  streamsByClient.delete(client);
  for (const end of ends) end();
}
