import { createStore, useStore } from "../../lib/store.ts";

/** A node to show in the tree, and the folders that contain it, from the root down. */
export interface RevealRequest {
  id: string;
  folderIds: readonly string[];
  /** Whether its row takes the focus. */
  takesFocus?: boolean;
  /** Whether its name becomes editable. */
  isRenaming?: boolean;
}

const latestRequest = createStore<RevealRequest | null>(null);

/** Opens the folders above a node, and scrolls the tree to it. */
export const revealInTree = (request: RevealRequest): void => latestRequest.set(request);

/** The latest request. Each request is another object. */
export const useRevealRequest = (): RevealRequest | null => useStore(latestRequest);
