import type { KeyboardEvent } from "react";

import { isCommand } from "../../ui/Shortcut.tsx";
import { findStep } from "./find-step.ts";
import type { NodeRow, TreeRow } from "./rows.ts";
import type { TreeState } from "./tree-state.ts";

/** The tree that a key was pressed in. */
interface FocusedTree {
  state: TreeState;
  rows: readonly TreeRow[];
  /** The index of the focused row. */
  at: number;
  /** Focuses the row with an index, if there is one. */
  focus: (index: number) => void;
  /** Tells screen readers what happened. */
  announce: (message: string) => void;
}

/**
 * Tree keys: arrows, Home, End and letters move the focus; F2 renames, Delete deletes, Mod+X and Mod+V move a node,
 * and Alt with an arrow changes its place in its folder.
 */
export function handleTreeKey(event: KeyboardEvent<HTMLElement>, tree: FocusedTree): void {
  // Keys in the rename field belong to the field.
  if (tree.at < 0 || event.target instanceof HTMLInputElement) return;
  const done = isCommand(event) ? handleCommand(event.key, tree) : handleKey(event, tree);
  if (done) event.preventDefault();
}

function handleKey(event: KeyboardEvent<HTMLElement>, tree: FocusedTree): boolean {
  if (event.altKey) return handlePlacing(event.key, tree);
  const { state, rows, at, focus } = tree;
  const row = rows[at];
  const node = row?.kind === "node" ? row.node : undefined;
  const isOpen = node !== undefined && state.isOpen(node.id);
  switch (event.key) {
    case "ArrowDown":
      focus(at + 1);
      return true;
    case "ArrowUp":
      focus(at - 1);
      return true;
    case "Home":
      focus(0);
      return true;
    case "End":
      focus(rows.length - 1);
      return true;
    case "ArrowRight":
      if (isOpen) focus(at + 1);
      else if (node?.kind === "folder") state.setOpen(node.id, true);
      return true;
    case "ArrowLeft":
      if (isOpen && node !== undefined) state.setOpen(node.id, false);
      else focus(rows.findIndex(({ key }) => key === row?.folderId));
      return true;
    case "Enter":
    case " ":
      if (event.target instanceof Element) event.target.querySelector<HTMLElement>("[data-opens]")?.click();
      return true;
    case "F2":
      if (state.mayMove && node !== undefined) state.setRenaming(node.id);
      return true;
    case "Delete":
      if (state.mayMove && row?.kind === "node") remove(row, tree);
      return true;
    case "Escape":
      state.setCut(null);
      return false;
    default:
      return focusByLetter(event, tree);
  }
}

/** Moves a node before its previous sibling, or after its next one. */
function handlePlacing(key: string, { state, rows, at, announce }: FocusedTree): boolean {
  const row = rows[at];
  if ((key !== "ArrowUp" && key !== "ArrowDown") || row?.kind !== "node" || !state.mayMove) return false;
  const isUp = key === "ArrowUp";
  const step = findStep(rows, row, isUp ? "up" : "down");
  const { name, kind } = row.node;
  if (step === null) {
    announce(`${name} is the ${isUp ? "first" : "last"} ${kind} here`);
    return true;
  }
  state.actions.move(row, row.folderId, step.place);
  announce(`${name} moved ${isUp ? "before" : "after"} ${step.sibling.name}`);
  return true;
}

/** Deletes a node. The focus goes to the row after its contents, or else to the one before it. */
function remove(row: NodeRow, { state, rows, at, focus }: FocusedTree): void {
  const next = rows.findIndex(({ depth }, index) => index > at && depth <= row.depth);
  focus(next < 0 ? at - 1 : next);
  state.remove(row);
}

/** Focuses the next row that starts with the letter. */
function focusByLetter({ key, shiftKey }: KeyboardEvent, { rows, at, focus }: FocusedTree): boolean {
  if (key.length !== 1 || key === " " || shiftKey) return false;
  const letter = key.toLowerCase();
  const starts = (row: TreeRow) => row.kind === "node" && row.node.name.toLowerCase().startsWith(letter);
  const after = rows.findIndex((row, index) => index > at && starts(row));
  const found = after < 0 ? rows.findIndex(starts) : after;
  focus(found);
  return found >= 0;
}

/** A cut node is moved into the target folder, or beside the target document. */
function handleCommand(key: string, { state, rows, at }: FocusedTree): boolean {
  const row = rows[at];
  if (row?.kind !== "node" || !state.mayMove) return false;
  if (key === "x") {
    state.setCut(row);
    return true;
  }
  if (key === "v" && state.cut !== null) {
    state.actions.move(state.cut, row.node.kind === "folder" ? row.node.id : row.folderId);
    state.setCut(null);
    return true;
  }
  return false;
}
