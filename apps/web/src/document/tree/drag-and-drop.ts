import type { DragEvent } from "react";

import { filesFromDrop } from "../transfer/picked-files.ts";
import type { PositionedNode } from "./node.ts";
import type { TreeState } from "./tree-state.ts";

/** Props that make a row draggable. */
export function createDragProps({ mayMove, setDragged, setTarget }: TreeState, placed: PositionedNode) {
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

/** Props that make an element a drop target for nodes and files, which are moved to `folderId`. */
export function createDropTargetProps(state: TreeState, folderId: string | null) {
  const { mayMove, dragged, setDragged, target, setTarget, actions, setImporting } = state;
  const takes = ({ dataTransfer }: DragEvent) =>
    dragged === null ? mayMove && dataTransfer.types.includes("Files") : dragged.node.id !== folderId;
  return {
    onDragOver(event: DragEvent) {
      if (!takes(event)) return;
      event.preventDefault();
      event.stopPropagation();
      event.dataTransfer.dropEffect = dragged === null ? "copy" : "move";
      if (target !== folderId) setTarget(folderId);
    },
    onDragLeave({ currentTarget, relatedTarget }: DragEvent) {
      const isWithin = relatedTarget instanceof Node && currentTarget.contains(relatedTarget);
      if (!isWithin) setTarget(undefined);
    },
    onDrop(event: DragEvent) {
      if (!takes(event)) return;
      event.preventDefault();
      event.stopPropagation();
      setTarget(undefined);
      setDragged(null);
      if (dragged !== null) actions.move(dragged, folderId);
      else void filesFromDrop(event.dataTransfer).then((found) => setImporting({ folderId, found }));
    },
  };
}
