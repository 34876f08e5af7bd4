import { isTracing, runUntraced } from "@mdreader/db";

/** Calls `run` once, after `ms` milliseconds. The returned function cancels it. Tests control the time themselves. */
export type SetTimer = (run: () => void, ms: number) => () => void;

/** Uses system timers, which do not keep the process alive. */
export const setSystemTimer: SetTimer = (run, ms) => {
  const timer = setTimeout(isTracing() ? () => runUntraced(run) : run, ms);
  timer.unref();
  // Node keeps an entry per delay for unreferenced timers that are cleared, until the delay is over.
  return () => clearTimeout(timer.ref());
};
