import { useSyncExternalStore } from "react";

const listeners = new Set<() => void>();
let isAvailable = false;

const newVersion = {
  get: () => isAvailable,
  subscribe(listener: () => void) {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

/** Offers a reload, because the server has a newer version of this app. */
export function notifyNewVersion(): void {
  isAvailable = true;
  for (const listener of listeners) listener();
}

/** Whether the server has a newer version of this app. */
export function useIsNewVersionAvailable(): boolean {
  return useSyncExternalStore(newVersion.subscribe, newVersion.get);
}

const pollMs = 300;

/** Reloads the page once all edits are saved. Pages with unsaved edits object to being left. */
export async function reloadWhenSaved(): Promise<void> {
  while (!dispatchEvent(new Event("beforeunload", { cancelable: true }))) {
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  location.reload();
}
