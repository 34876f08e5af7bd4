import { createContext, use, useState } from "react";

import type { Importing } from "../../document/transfer/useImport.ts";
import { createLocalState, type PersistedState, usePersistedState } from "../../lib/persisted-state.ts";
import type { PositionedNode } from "./node.ts";
import { useTreeActions } from "./useTreeActions.ts";

/** Which folders are open in which workspace: this browser keeps them. */
const openFolders = new Map<string, PersistedState<string[]>>();

function getOpenFolders(workspaceId: string): PersistedState<string[]> {
  const known = openFolders.get(workspaceId);
  if (known !== undefined) return known;
  const kept = createLocalState(`tree.${workspaceId}`, (stored) =>
    Array.isArray(stored) ? stored.filter((id) => typeof id === "string") : [],
  );
  openFolders.set(workspaceId, kept);
  return kept;
}

/** What the rows of a tree share. */
export function useTreeState(workspaceId: string, mayMove: boolean) {
  const kept = getOpenFolders(workspaceId);
  const open = new Set(usePersistedState(kept));
  const [active, setActive] = useState<string | null>(null);
  const [renaming, setRenaming] = useState<string | null>(null);
  const [cut, setCut] = useState<PositionedNode | null>(null);
  const [moving, setMoving] = useState<PositionedNode | null>(null);
  /** What lies under the pointer that drags something: a folder, or null for the root; undefined where nothing is. */
  const [target, setTarget] = useState<string | null | undefined>(undefined);
  const [dragged, setDragged] = useState<PositionedNode | null>(null);
  const [importing, setImporting] = useState<Importing | null>(null);
  const actions = useTreeActions(workspaceId);
  return {
    workspaceId,
    mayMove,
    actions,
    isOpen: (id: string) => open.has(id),
    setOpen(id: string, isOpen: boolean) {
      const others = kept.get().filter((one) => one !== id);
      kept.set(isOpen ? [...others, id] : others);
    },
    /** The row that Tab leads to. */
    active,
    setActive,
    renaming,
    setRenaming,
    /** What was cut, to be put elsewhere. */
    cut,
    setCut,
    /** What a folder is being chosen for. */
    moving,
    setMoving,
    /** What is being brought in, and where to. */
    importing,
    setImporting,
    dragged,
    setDragged,
    target,
    setTarget,
  };
}

export type TreeState = ReturnType<typeof useTreeState>;

export const TreeContext = createContext<TreeState | null>(null);

/** @throws Error outside of a tree. */
export function useTree(): TreeState {
  const state = use(TreeContext);
  if (state === null) throw new Error("useTree must be used inside a Tree");
  return state;
}
