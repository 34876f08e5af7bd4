/** Saves once for several requests, after a delay. `flush` saves immediately. */
export interface Saver {
  request(): void;
  flush(): Promise<void>;
  /** Resolves when all requests so far are saved. */
  saved(): Promise<void>;
}

export function createSaver(save: () => Promise<void>, delayMs: number): Saver {
  let requested: (PromiseWithResolvers<void> & { timer: ReturnType<typeof setTimeout> }) | null = null;
  let last = Promise.resolve();
  const run = () => {
    const { resolve } = requested ?? {};
    requested = null;
    last = last.then(save).then(resolve);
  };
  return {
    request() {
      requested ??= { ...Promise.withResolvers<void>(), timer: setTimeout(run, delayMs) };
    },
    async flush() {
      if (requested !== null) {
        clearTimeout(requested.timer);
        run();
      }
      await last;
    },
    saved: () => requested?.promise ?? last,
  };
}
