import type { Store } from "./store.ts";

const prefix = "mdreader.";

/** Settings of the device. They survive the end of a session. */
type DeviceKey = "theme" | "sidebar.collapsed" | "view" | "panel" | "writers" | "unsent";
const deviceKeys: ReadonlySet<string> = new Set<DeviceKey>([
  "theme",
  "sidebar.collapsed",
  "view",
  "panel",
  "writers",
  "unsent",
]);

/** Data of a person. It is removed from the browser when the session ends: see `clearPersonalData`. */
type PersonalKey =
  | "session"
  | `tree.${string}`
  | `searches.${string}`
  // Of earlier versions: see `moveStoredFavorites`.
  | `favourites.${string}`;

/** Data of a window, from the link that opened it. Removed with personal data. */
type WindowKey = "invitation";

/** Fallback while the page is open, if the browser does not allow storage. */
const inMemory = new Map<string, string>();

/**
 * Creates a value that is stored in this browser and shared by all its windows.
 * @param read Validates the stored value, which may be anything; null if nothing is stored.
 */
export function createLocalState<Value>(
  key: DeviceKey | PersonalKey,
  read: (stored: unknown) => Value,
): Store<Value> {
  const name = prefix + key;
  const listeners = new Set<() => void>();
  let cached: { text: string | null; value: Value } | null = null;

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
      // Returns the same object for the same text, so that React sees no change.
      if (cached === null || cached.text !== text) cached = { text, value: read(parse(text)) };
      return cached.value;
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

/** Functions that notify the listeners of each value. */
const notifiers = new Set<() => void>();

const isPersonal = (name: string) => name.startsWith(prefix) && !deviceKeys.has(name.slice(prefix.length));

/** Whether this browser stores personal data, except for unsent edits. */
export const hasPersonalState = (): boolean => listPersonalKeys().length > 0;

/** Removes the personal data of this window and the data shared by all windows. */
export function clearPersonalState(): void {
  for (const name of listPersonalKeys()) {
    inMemory.delete(name);
    attempt(() => localStorage.removeItem(name));
  }
  attempt(() => {
    for (const name of Object.keys(sessionStorage)) if (isPersonal(name)) sessionStorage.removeItem(name);
  });
  for (const notify of notifiers) notify();
}

const listPersonalKeys = (): string[] => [
  ...new Set([...inMemory.keys(), ...(attempt(() => Object.keys(localStorage)) ?? [])].filter(isPersonal)),
];

/** Storage access throws if the browser disallows it. */
function attempt<Result>(work: () => Result): Result | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

/** A text stored for this window that survives reloads. */
export function createWindowState(key: WindowKey) {
  const name = prefix + key;
  return {
    get: (): string | null => attempt(() => sessionStorage.getItem(name)) ?? null,
    set: (text: string) => attempt(() => sessionStorage.setItem(name, text)),
    forget: () => attempt(() => sessionStorage.removeItem(name)),
  };
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
