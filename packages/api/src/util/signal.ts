/** By it a stream waits until there is something to send. */
export interface Signal extends Disposable {
  notify(): void;
  /** Waits until it rings; not at all, where it has rung since the last time, or the stream is to end. */
  wait(): Promise<void>;
}

/** @param signal Ends the stream: the bell rings, and nothing waits for it any more. */
export function createSignal(signal: AbortSignal): Signal {
  let hasRung = false;
  let wake = () => {};
  const notify = () => {
    hasRung = true;
    wake();
  };
  signal.addEventListener("abort", notify);
  return {
    notify,
    async wait() {
      if (!hasRung && !signal.aborted) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      hasRung = false;
    },
    [Symbol.dispose]: () => signal.removeEventListener("abort", notify),
  };
}
