import type { DragEvent } from "react";

import { readDroppedFiles } from "../transfer/picked-files.ts";
import type { PositionedNode } from "./node.ts";
import type { DropLine, TreeState } from "./tree-state.ts";

/** Props that make a row draggable. */
export function createDragProps(
  { mayMove, setDragged, setTarget, setLine }: TreeState,
  placed: PositionedNode,
) {
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
      setLine(null);
    },
  };
}

/**
 * The part of a row's height at each edge where a dragged node is placed before or after the row. In between, it goes into the
 * folder. Beside documents of its own folder, there is nothing in between.
 */
const edgePart = { other: 0.3, sibling: 0.5 };

/** Returns the edge of a row that a node is dragged over, if it can be placed there: among nodes of its own kind. */
function findEdge(
  { currentTarget, clientY }: DragEvent,
  dragged: PositionedNode,
  { node, folderId }: PositionedNode,
  isOpen: boolean,
): DropLine["edge"] | null {
  if (dragged.node.kind !== node.kind || dragged.node.id === node.id) return null;
  const { top, height } = currentTarget.getBoundingClientRect();
  const part = (clientY - top) / height;
  const isSibling = node.kind === "document" && dragged.folderId === folderId;
  const edge = edgePart[isSibling ? "sibling" : "other"];
  if (part < edge) return "top";
  // An open folder's contents follow it.
  return part >= 1 - edge && !isOpen ? "bottom" : null;
}

/**
 * Props that make an element a drop target for nodes and files, which are moved to `folderId`.
 * @param row The node of the element, beside which other nodes can be placed; none for the whole tree.
 */
export function createDropTargetProps(state: TreeState, folderId: string | null, row?: PositionedNode) {
  const { mayMove, dragged, setDragged, target, setTarget, line, setLine, actions, setImporting } = state;
  const takes = ({ dataTransfer }: DragEvent) =>
    dragged === null ? mayMove && dataTransfer.types.includes("Files") : dragged.node.id !== folderId;
  const findLine = (event: DragEvent): DropLine | null => {
    if (dragged === null || row === undefined) return null;
    const edge = findEdge(event, dragged, row, state.isOpen(row.node.id));
    return edge === null ? null : { rowId: row.node.id, edge };
  };
  return {
    onDragOver(event: DragEvent) {
      if (!takes(event)) return;
      event.preventDefault();
      event.stopPropagation();
      event.dataTransfer.dropEffect = dragged === null ? "copy" : "move";
      const next = findLine(event);
      if (next?.rowId !== line?.rowId || next?.edge !== line?.edge) setLine(next);
      const goal = next === null ? folderId : undefined;
      if (target !== goal) setTarget(goal);
    },
    onDragLeave({ currentTarget, relatedTarget }: DragEvent) {
      const isWithin = relatedTarget instanceof Node && currentTarget.contains(relatedTarget);
      if (isWithin) return;
      setTarget(undefined);
      setLine(null);
    },
    onDrop(event: DragEvent) {
      if (!takes(event)) return;
      event.preventDefault();
      event.stopPropagation();
      const placed = findLine(event);
      setTarget(undefined);
      setLine(null);
      setDragged(null);
      if (dragged === null) setImporting({ folderId, found: readDroppedFiles(event.dataTransfer) });
      else if (placed === null || row === undefined) actions.move(dragged, folderId);
      else
        actions.move(dragged, row.folderId, {
          [placed.edge === "top" ? "beforeId" : "afterId"]: placed.rowId,
        });
    },
  };
}
