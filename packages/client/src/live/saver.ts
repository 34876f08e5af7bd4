/** Does `save` a while after the first of several requests, and at once when it is asked to. */
export function createSaver(
  save: () => Promise<void>,
  delayMs: number,
): { request(): void; flush(): Promise<void> } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let last = Promise.resolve();
  const run = () => {
    timer = undefined;
    last = last.then(save);
  };
  return {
    request() {
      timer ??= setTimeout(run, delayMs);
    },
    async flush() {
      if (timer !== undefined) {
        clearTimeout(timer);
        run();
      }
      await last;
    },
  };
}
