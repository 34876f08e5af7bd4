import { useSyncExternalStore } from "react";

/** A node to show in the tree, and the folders that contain it, from the root down. */
export interface RevealRequest {
  id: string;
  folderIds: readonly string[];
  /** Whether its row takes the focus. */
  takesFocus?: boolean;
}

const listeners = new Set<() => void>();
let request: RevealRequest | null = null;

/** Opens the folders above a node, and scrolls the tree to it. */
export function revealInTree(wanted: RevealRequest): void {
  request = wanted;
  for (const listener of listeners) listener();
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** The latest request. Each request is another object. */
export const useRevealRequest = (): RevealRequest | null => useSyncExternalStore(subscribe, () => request);
