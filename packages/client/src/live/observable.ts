/** A value that can be read and observed, for example with `useSyncExternalStore(value.subscribe, value.get)`. */
export interface Observed<T> {
  get(): T;
  /** Calls `listener` after each change. @returns A function that unsubscribes. */
  subscribe(listener: (value: T) => void): () => void;
}

/** An observed value that its owner can set. */
export interface Observable<T> extends Observed<T> {
  set(value: T): void;
}

export function createObservable<T>(first: T): Observable<T> {
  let value = first;
  const listeners = new Set<(value: T) => void>();
  return {
    get: () => value,
    set(next) {
      if (isSame(value, next)) return;
      value = next;
      for (const listener of listeners) listener(next);
    },
    subscribe(listener) {
      // A wrapper makes each subscription distinct, even if the same function subscribes twice.
      const entry = (now: T) => listener(now);
      listeners.add(entry);
      return () => void listeners.delete(entry);
    },
  };
}

const isSame = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
