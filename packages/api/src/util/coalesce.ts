/** Runs `work` once at a time per key. Callers that arrive during a run share the next one. */
export function coalesce(work: (key: string) => Promise<unknown>): (key: string) => Promise<unknown> {
  const runs = new Map<string, { hasStarted: boolean; result: Promise<unknown> }>();
  return (key) => {
    const previous = runs.get(key);
    if (previous?.hasStarted === false) return previous.result;
    const run = { hasStarted: false, result: Promise.resolve<unknown>(undefined) };
    run.result = (previous?.result ?? Promise.resolve())
      .catch(() => {})
      .then(() => {
        run.hasStarted = true;
        return work(key);
      })
      .finally(() => {
        if (runs.get(key) === run) runs.delete(key);
      });
    runs.set(key, run);
    return run.result;
  };
}
