import { useSyncExternalStore } from "react";

/**
 * Whether the window fits a sidebar beside the page. A phone on its side is too low for one. The height of the screen counts, because a
 * keyboard on the screen makes the window of a tablet lower, too.
 */
export function useIsWide(): boolean {
  return useSyncExternalStore(wide.subscribe, wide.get);
}

/** Whether the browser has a network connection. The server may still be unreachable. */
export function useIsOnline(): boolean {
  return useSyncExternalStore(online.subscribe, online.get);
}

const query = matchMedia("(width >= 48rem) and (device-width >= 30rem) and (device-height >= 30rem)");

const wide = {
  get: () => query.matches,
  subscribe(listener: () => void) {
    query.addEventListener("change", listener);
    return () => query.removeEventListener("change", listener);
  },
};

const online = {
  get: () => navigator.onLine,
  subscribe(listener: () => void) {
    addEventListener("online", listener);
    addEventListener("offline", listener);
    return () => {
      removeEventListener("online", listener);
      removeEventListener("offline", listener);
    };
  },
};

const coarsePointer = matchMedia("(pointer: coarse)");

/** Whether the main pointer is a finger, for which targets are larger. */
export const isPointerCoarse = (): boolean => coarsePointer.matches;

const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");

/** The scroll behavior: smooth, unless the person prefers less motion. */
export const getScrollBehavior = (): ScrollBehavior => (reducedMotion.matches ? "instant" : "smooth");
