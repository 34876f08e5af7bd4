/** Runs `work` once at a time per key. Callers that arrive during a run share the next one. */
export function coalesce(work: (key: string) => Promise<unknown>): (key: string) => Promise<unknown> {
  const last = new Map<string, { begun: boolean; done: Promise<unknown> }>();
  return (key) => {
    const before = last.get(key);
    if (before?.begun === false) return before.done;
    const turn = { begun: false, done: Promise.resolve<unknown>(undefined) };
    turn.done = (before?.done ?? Promise.resolve())
      .catch(() => {})
      .then(() => {
        turn.begun = true;
        return work(key);
      })
      .finally(() => {
        if (last.get(key) === turn) last.delete(key);
      });
    last.set(key, turn);
    return turn.done;
  };
}
