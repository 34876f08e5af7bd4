export interface DebounceLimits {
  /** Milliseconds without a request after which the work runs. */
  waitMs: number;
  /** Milliseconds after the first request by which it runs in any case. */
  maxWaitMs: number;
}

export interface Debounced {
  request(): void;
  cancel(): void;
}

/** Runs `work` when requests pause, or have waited long enough. */
export function debounce(work: () => void, { waitMs, maxWaitMs }: DebounceLimits): Debounced {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let since: number | null = null;
  const run = () => {
    since = null;
    work();
  };
  return {
    request() {
      since ??= Date.now();
      clearTimeout(timer);
      timer = setTimeout(run, Math.max(0, Math.min(waitMs, since + maxWaitMs - Date.now())));
    },
    cancel: () => clearTimeout(timer),
  };
}
