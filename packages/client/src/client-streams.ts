/** Streams to end when a client is closed. Otherwise they would resubscribe when their connection ends. */
const streamsByClient = new WeakMap<object, Set<() => void>>();

/** Calls `end` when the client is closed. @returns A function that cancels this. */
export function onClosed(client: object, end: () => void): () => void {
  const ends = streamsByClient.get(client) ?? new Set();
  streamsByClient.set(client, ends);
  // A wrapper makes each registration distinct.
  const entry = () => end();
  ends.add(entry);
  return () => void ends.delete(entry);
}

export function endStreams(client: object): void {
  const ends = streamsByClient.get(client) ?? [];
  streamsByClient.delete(client);
  for (const end of ends) end();
}
