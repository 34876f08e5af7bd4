import type { Node, Place, PositionedNode } from "./node.ts";
import type { TreeRow } from "./rows.ts";

/** Finds the sibling of its kind that a node passes when it moves up or down in its folder. Returns null for the first or last one. */
export function findStep(
  rows: readonly TreeRow[],
  { node, folderId }: PositionedNode,
  direction: "up" | "down",
): { sibling: Node; place: Place } | null {
  const siblings = rows.flatMap((row) =>
    row.kind === "node" && row.folderId === folderId && row.node.kind === node.kind ? [row.node] : [],
  );
  const index = siblings.findIndex(({ id }) => id === node.id);
  const sibling = index < 0 ? undefined : siblings[index + (direction === "up" ? -1 : 1)];
  if (sibling === undefined) return null;
  return { sibling, place: { [direction === "up" ? "beforeId" : "afterId"]: sibling.id } };
}
