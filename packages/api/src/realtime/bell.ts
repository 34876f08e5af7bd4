/** By it a stream waits until there is something to send. */
export interface Bell extends Disposable {
  ring(): void;
  /** Waits until it rings; not at all, where it has rung since the last time, or the stream is to end. */
  rung(): Promise<void>;
}

/** @param signal Ends the stream: the bell rings, and nothing waits for it any more. */
export function createBell(signal: AbortSignal): Bell {
  let hasRung = false;
  let wake = () => {};
  const ring = () => {
    hasRung = true;
    wake();
  };
  signal.addEventListener("abort", ring);
  return {
    ring,
    async rung() {
      if (!hasRung && !signal.aborted) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      hasRung = false;
    },
    [Symbol.dispose]: () => signal.removeEventListener("abort", ring),
  };
}
