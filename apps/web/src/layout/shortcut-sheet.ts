import { useSyncExternalStore } from "react";

const listeners = new Set<() => void>();
let isOpen = false;

/** Opens and closes the list of keyboard shortcuts from anywhere. */
export const shortcutSheet = {
  setOpen(open: boolean): void {
    isOpen = open;
    for (const listener of listeners) listener();
  },
};

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export const useIsShortcutSheetOpen = (): boolean => useSyncExternalStore(subscribe, () => isOpen);
