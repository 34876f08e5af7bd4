import { createContext, use, useState } from "react";

import { createLocalState } from "../../lib/persisted-state.ts";
import { type Store, useStore } from "../../lib/store.ts";
import type { Importing } from "../transfer/useImport.ts";
import type { PositionedNode } from "./node.ts";
import { type FolderDeletion, useTreeActions } from "./useTreeActions.ts";

/** Open folders by workspace, stored in this browser. */
const openFolders = new Map<string, Store<string[]>>();

function getOpenFolders(workspaceId: string): Store<string[]> {
  const existing = openFolders.get(workspaceId);
  if (existing !== undefined) return existing;
  const openState = createLocalState(`tree.${workspaceId}`, (stored) =>
    Array.isArray(stored) ? stored.filter((id) => typeof id === "string") : [],
  );
  openFolders.set(workspaceId, openState);
  return openState;
}

/** The edge of a row at which a dragged node would be placed. */
export interface DropLine {
  rowId: string;
  edge: "top" | "bottom";
}

/** State shared by the rows of a tree. */
export function useTreeState(workspaceId: string, mayMove: boolean) {
  const openState = getOpenFolders(workspaceId);
  const openIds = useStore(openState);
  const open = new Set(openIds);
  const [active, setActive] = useState<string | null>(null);
  const [renaming, setRenaming] = useState<string | null>(null);
  const [cut, setCut] = useState<PositionedNode | null>(null);
  const [moving, setMoving] = useState<PositionedNode | null>(null);
  /** The current drop target: a folder, null for the root, or undefined for none. */
  const [target, setTarget] = useState<string | null | undefined>(undefined);
  const [line, setLine] = useState<DropLine | null>(null);
  const [dragged, setDragged] = useState<PositionedNode | null>(null);
  const [importing, setImporting] = useState<Importing | null>(null);
  const [listing, setListing] = useState<{ folderId: string | null; name: string | null } | null>(null);
  const [deleting, setDeleting] = useState<FolderDeletion | null>(null);
  const actions = useTreeActions(workspaceId);
  return {
    workspaceId,
    mayMove,
    actions,
    openIds,
    isOpen: (id: string) => open.has(id),
    setOpen(id: string, isOpen: boolean) {
      const others = openState.get().filter((one) => one !== id);
      openState.set(isOpen ? [...others, id] : others);
    },
    /** The row in the tab order. */
    active,
    setActive,
    renaming,
    setRenaming,
    /** The node that was cut. */
    cut,
    setCut,
    /** The node whose target folder is being chosen. */
    moving,
    setMoving,
    /** Moves a node to the trash, after a confirmation if it is a folder with many documents. */
    remove: (placed: PositionedNode) => actions.removeOrConfirm(placed, setDeleting),
    /** The folder whose deletion is to be confirmed. */
    deleting,
    setDeleting,
    /** The current import and its target. */
    importing,
    setImporting,
    /** The folder whose files are listed. */
    listing,
    setListing,
    dragged,
    setDragged,
    target,
    setTarget,
    /** The place among its siblings at which the dragged node would be dropped. */
    line,
    setLine,
  };
}

export type TreeState = ReturnType<typeof useTreeState>;

export const TreeContext = createContext<TreeState | null>(null);

/** @throws Error outside a tree. */
export function useTree(): TreeState {
  const state = use(TreeContext);
  if (state === null) throw new Error("useTree must be used inside a Tree");
  return state;
}
