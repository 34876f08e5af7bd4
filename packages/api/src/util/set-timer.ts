/** Calls `run` once, after `ms` milliseconds; the answer calls it off. Tests turn the time themselves. */
export type SetTimer = (run: () => void, ms: number) => () => void;

/** By the system's timers. None of them keeps a process alive. */
export const setSystemTimer: SetTimer = (run, ms) => {
  const timer = setTimeout(run, ms);
  timer.unref();
  return () => clearTimeout(timer);
};
