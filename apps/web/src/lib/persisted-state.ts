import { useSyncExternalStore } from "react";

const prefix = "mdreader.";

/** What is chosen for a device, by whoever sits in front of it. It stays when a session ends. */
type DeviceKey = "theme" | "sidebar.collapsed" | "view" | "panel" | "writers" | "unsent";
const deviceKeys: ReadonlySet<string> = new Set<DeviceKey>([
  "theme",
  "sidebar.collapsed",
  "view",
  "panel",
  "writers",
  "unsent",
]);

/** What belongs to a person. It leaves the browser when their session ends, however it ends: see `clearPersonalData`. */
type PersonalKey = "session" | `recent.${string}` | `favourites.${string}` | `tree.${string}`;

/** Of a window: what belongs to whoever came with a link. It leaves with the rest. */
type WindowKey = "invitation";

/** A value that this browser keeps, the same in all its windows. */
export interface PersistedState<Value> {
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
export function createLocalState<Value>(
  key: DeviceKey | PersonalKey,
  read: (stored: unknown) => Value,
): PersistedState<Value> {
  const name = prefix + key;
  const listeners = new Set<() => void>();
  let known: { text: string | null; value: Value } | null = null;

  const notify = () => {
    for (const listener of listeners) listener();
  };
  notifiers.add(notify);
  const onStorage = (event: StorageEvent) => {
    if (event.key === name || event.key === null) notify();
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
      notify();
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

/** What tells the listeners of each value. */
const notifiers = new Set<() => void>();

const isPersonal = (name: string) => name.startsWith(prefix) && !deviceKeys.has(name.slice(prefix.length));

/** Whether this browser keeps anything of a person, except for unsent edits. */
export const hasPersonalState = (): boolean => personalKeys().length > 0;

/** Removes what is kept of a person, in this window and for all of them. */
export function clearPersonalState(): void {
  for (const name of personalKeys()) {
    inMemory.delete(name);
    attempt(() => localStorage.removeItem(name));
  }
  attempt(() => {
    for (const name of Object.keys(sessionStorage)) if (isPersonal(name)) sessionStorage.removeItem(name);
  });
  for (const notify of notifiers) notify();
}

const personalKeys = (): string[] => [
  ...new Set([...inMemory.keys(), ...(attempt(() => Object.keys(localStorage)) ?? [])].filter(isPersonal)),
];

/** Browsers that keep nothing throw. */
function attempt<Result>(work: () => Result): Result | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

/** A text that this window keeps, also when it is reloaded. */
export function createWindowState(key: WindowKey) {
  const name = prefix + key;
  return {
    get: (): string | null => attempt(() => sessionStorage.getItem(name)) ?? null,
    set: (text: string) => attempt(() => sessionStorage.setItem(name, text)),
    forget: () => attempt(() => sessionStorage.removeItem(name)),
  };
}

/** The value, rendered again when it changes here or in another window. */
export function usePersistedState<Value>({ get, subscribe }: PersistedState<Value>): Value {
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
