import type { DragEvent } from "react";

import type { Placed } from "./node.ts";
import type { TreeState } from "./tree-state.ts";

/** What makes an element something that can be dragged. */
export function draggable({ mayMove, setDragged, setTarget }: TreeState, placed: Placed) {
  return {
    draggable: mayMove,
    onDragStart(event: DragEvent) {
      event.stopPropagation();
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", placed.node.name);
      setDragged(placed);
    },
    onDragEnd() {
      setDragged(null);
      setTarget(undefined);
    },
  };
}

/** What makes an element a place where a node can be let go of, to lie in `folderId`. */
export function takingDrops(
  { dragged, setDragged, target, setTarget, actions }: TreeState,
  folderId: string | null,
) {
  return {
    onDragOver(event: DragEvent) {
      if (dragged === null || dragged.node.id === folderId) return;
      event.preventDefault();
      event.stopPropagation();
      event.dataTransfer.dropEffect = "move";
      if (target !== folderId) setTarget(folderId);
    },
    onDrop(event: DragEvent) {
      if (dragged === null) return;
      event.preventDefault();
      event.stopPropagation();
      actions.move(dragged, folderId);
      setDragged(null);
      setTarget(undefined);
    },
  };
}
