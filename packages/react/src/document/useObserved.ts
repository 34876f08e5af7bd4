import type { Observed } from "@mdreader/client/live";
import { useSyncExternalStore } from "react";

/** The current value of something observed, such as `live.saveState` or `live.meta`. */
export function useObserved<T>(observed: Observed<T>): T;
/**
 * A part of an observed value. The component renders again only when the part changes.
 * @param select Returns the part: a primitive, or an object that stays the same while the value does.
 */
export function useObserved<T, Part>(observed: Observed<T>, select: (value: T) => Part): Part;
export function useObserved<T>({ subscribe, get }: Observed<T>, select?: (value: T) => unknown): unknown {
  const read = () => (select === undefined ? get() : select(get()));
  return useSyncExternalStore(subscribe, read, read);
}
