import { useSyncExternalStore } from "react";

/** Whether something that opens from anywhere is open. */
export interface OpenState {
  get: () => boolean;
  setOpen: (open: boolean) => void;
  subscribe: (listener: () => void) => () => void;
}

export function createOpenState(): OpenState {
  const listeners = new Set<() => void>();
  let isOpen = false;
  return {
    get: () => isOpen,
    setOpen(open) {
      isOpen = open;
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

export const useIsOpen = ({ subscribe, get }: OpenState): boolean => useSyncExternalStore(subscribe, get);
