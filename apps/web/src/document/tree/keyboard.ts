import type { KeyboardEvent } from "react";

import { isCommand } from "../../ui/Shortcut.tsx";
import { findNodeAt, findRowAt } from "./node-at-event.ts";
import type { TreeState } from "./tree-state.ts";

/** Tree keys: arrows, Home, End and letters move the focus; F2 renames, Delete deletes, Mod+X and Mod+V move a node. */
export function handleTreeKey(event: KeyboardEvent<HTMLElement>, state: TreeState): void {
  const row = findRowAt(event.target);
  // Keys in the rename field belong to the field.
  if (row === null || event.target instanceof HTMLInputElement) return;
  const done = isCommand(event) ? command(event.key, row, state) : plain(event, row, state);
  if (done) event.preventDefault();
}

function plain(event: KeyboardEvent<HTMLElement>, row: HTMLElement, state: TreeState): boolean {
  if (event.altKey) return false;
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>("[role=treeitem]")];
  const at = rows.indexOf(row);
  const go = (to: HTMLElement | null | undefined) => {
    to?.focus();
    return true;
  };
  switch (event.key) {
    case "ArrowDown":
      return go(rows[at + 1]);
    case "ArrowUp":
      return go(rows[at - 1]);
    case "Home":
      return go(rows[0]);
    case "End":
      return go(rows.at(-1));
    case "ArrowRight":
      if (row.ariaExpanded === "true") return go(row.querySelector<HTMLElement>("[role=treeitem]"));
      return unfold(row, state, true);
    case "ArrowLeft":
      if (row.ariaExpanded === "true") return unfold(row, state, false);
      return go(findRowAt(row.parentElement));
    case "Enter":
    case " ":
      row.querySelector<HTMLElement>("[data-opens]")?.click();
      return true;
    case "F2":
      if (state.mayMove) state.setRenaming(row.dataset["id"] ?? null);
      return true;
    case "Delete":
      return remove(row, state);
    case "Escape":
      state.setCut(null);
      return false;
    default:
      return seek(event, rows, at);
  }
}

function unfold(row: HTMLElement, state: TreeState, open: boolean): boolean {
  const { id } = row.dataset;
  if (row.ariaExpanded !== null && id !== undefined) state.setOpen(id, open);
  return true;
}

function remove(row: HTMLElement, state: TreeState): boolean {
  const placed = findNodeAt(row);
  if (placed !== null && state.mayMove) state.actions.remove(placed);
  return true;
}

/** Focuses the next row that starts with the letter. */
function seek({ key, shiftKey }: KeyboardEvent, rows: HTMLElement[], at: number): boolean {
  if (key.length !== 1 || key === " " || shiftKey) return false;
  const after = [...rows.slice(at + 1), ...rows.slice(0, at)];
  const found = after.find((row) => row.ariaLabel?.toLowerCase().startsWith(key.toLowerCase()));
  found?.focus();
  return found !== undefined;
}

/** A cut node is moved into the target folder, or beside the target document. */
function command(key: string, row: HTMLElement, state: TreeState): boolean {
  const placed = findNodeAt(row);
  if (placed === null || !state.mayMove) return false;
  if (key === "x") {
    state.setCut(placed);
    return true;
  }
  if (key === "v" && state.cut !== null) {
    state.actions.move(state.cut, placed.node.kind === "folder" ? placed.node.id : placed.folderId);
    state.setCut(null);
    return true;
  }
  return false;
}
