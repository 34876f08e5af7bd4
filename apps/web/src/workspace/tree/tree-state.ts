import { createContext, use, useState } from "react";

import { keep, type Kept, useKept } from "../../app/kept.ts";
import type { Importing } from "../transfer/useImport.ts";
import type { Placed } from "./node.ts";
import { useTreeActions } from "./useTreeActions.ts";

/** Which folders are open in which workspace: this browser keeps them. */
const openFolders = new Map<string, Kept<string[]>>();

function openIn(workspaceId: string): Kept<string[]> {
  const known = openFolders.get(workspaceId);
  if (known !== undefined) return known;
  const kept = keep(`tree.${workspaceId}`, (stored) =>
    Array.isArray(stored) ? stored.filter((id) => typeof id === "string") : [],
  );
  openFolders.set(workspaceId, kept);
  return kept;
}

/** What the rows of a tree share. */
export function useTreeState(workspaceId: string, mayMove: boolean) {
  const kept = openIn(workspaceId);
  const open = new Set(useKept(kept));
  const [active, setActive] = useState<string | null>(null);
  const [renaming, setRenaming] = useState<string | null>(null);
  const [cut, setCut] = useState<Placed | null>(null);
  const [moving, setMoving] = useState<Placed | null>(null);
  /** What lies under the pointer that drags something: a folder, or null for the root; undefined where nothing is. */
  const [target, setTarget] = useState<string | null | undefined>(undefined);
  const [dragged, setDragged] = useState<Placed | null>(null);
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
  if (state === null) throw new Error("a row outside of a tree");
  return state;
}
