import { useSyncExternalStore } from "react";

/** A value that components share. */
export interface Store<Value> {
  get: () => Value;
  set: (value: Value) => void;
  /** Calls `listener` after each change. Returns a function that unsubscribes. */
  subscribe: (listener: () => void) => () => void;
}

/** Creates a value that is forgotten when the page is left. */
export function createStore<Value>(initial: Value): Store<Value> {
  const listeners = new Set<() => void>();
  let current = initial;
  return {
    get: () => current,
    set(value) {
      current = value;
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Returns the value and rerenders when it changes. */
export const useStore = <Value>({ subscribe, get }: Pick<Store<Value>, "subscribe" | "get">): Value =>
  useSyncExternalStore(subscribe, get);
