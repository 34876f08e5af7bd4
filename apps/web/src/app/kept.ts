import { useSyncExternalStore } from "react";

/** A value that this browser keeps, the same in all its windows. */
export interface Kept<Value> {
  get(): Value;
  set(value: Value): void;
  subscribe(listener: () => void): () => void;
}

/** What is kept where the browser keeps nothing: for as long as the page is open. */
const inMemory = new Map<string, string>();

/**
 * Keeps a value under a key of the browser's storage.
 * @param read Makes a value of what was stored, whatever it is; of null, where nothing was.
 */
export function keep<Value>(key: string, read: (stored: unknown) => Value): Kept<Value> {
  const name = `mdreader.${key}`;
  const listeners = new Set<() => void>();
  let known: { text: string | null; value: Value } | null = null;

  const tell = () => {
    for (const listener of listeners) listener();
  };
  const onStorage = (event: StorageEvent) => {
    if (event.key === name || event.key === null) tell();
  };

  return {
    get() {
      const text = load(name);
      // The same text is the same value, so that React sees no change where there is none.
      if (known === null || known.text !== text) known = { text, value: read(parse(text)) };
      return known.value;
    },
    set(value) {
      store(name, JSON.stringify(value));
      tell();
    },
    subscribe(listener) {
      if (listeners.size === 0) addEventListener("storage", onStorage);
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) removeEventListener("storage", onStorage);
      };
    },
  };
}

/** The value, rendered again when it changes here or in another window. */
export function useKept<Value>({ get, subscribe }: Kept<Value>): Value {
  return useSyncExternalStore(subscribe, get);
}

function load(name: string): string | null {
  try {
    return localStorage.getItem(name) ?? inMemory.get(name) ?? null;
  } catch {
    return inMemory.get(name) ?? null;
  }
}

function store(name: string, text: string): void {
  try {
    localStorage.setItem(name, text);
  } catch {
    inMemory.set(name, text);
  }
}

function parse(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return null;
  }
}
