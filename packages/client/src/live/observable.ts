/** A value that changes: read it, and be told. `useSyncExternalStore(value.subscribe, value.get)` fits. */
export interface Observed<T> {
  get(): T;
  /** Calls `listener` after each change. @returns What ends that. */
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
      // Wrapped, so that who subscribes one function twice is told twice and ends each by itself.
      const entry = (now: T) => listener(now);
      listeners.add(entry);
      return () => void listeners.delete(entry);
    },
  };
}

const isSame = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
