/** Lets a stream wait until there is something to send. */
export interface Signal extends Disposable {
  notify(): void;
  /** Waits for the next `notify`. Returns at once if one came since the last wait, or if the stream is to end. */
  wait(): Promise<void>;
}

/** @param signal Ends the stream: a pending wait resolves, and later ones return at once. */
export function createSignal(signal: AbortSignal): Signal {
  let isNotified = false;
  let wake = () => {};
  const notify = () => {
    isNotified = true;
    wake();
  };
  signal.addEventListener("abort", notify);
  return {
    notify,
    async wait() {
      if (!isNotified && !signal.aborted) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      isNotified = false;
    },
    [Symbol.dispose]: () => signal.removeEventListener("abort", notify),
  };
}
