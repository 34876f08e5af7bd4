import type { InfiniteData } from "@tanstack/react-query";

import { queryClient, trpc } from "../../lib/client.ts";
import type { Node, PositionedNode } from "./node.ts";

/** The row in which an event occurred. */
export function findRowAt(target: EventTarget | null): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>("[role=treeitem][data-id]") : null;
}

/** The node in whose row an event occurred; null outside rows. */
export function findNodeAt(target: EventTarget | null): PositionedNode | null {
  const row = findRowAt(target);
  const { id } = row?.dataset ?? {};
  if (row === null || id === undefined) return null;
  const folderId = findRowAt(row.parentElement)?.dataset["id"] ?? null;
  const node = queryClient
    .getQueriesData<InfiniteData<{ items: Node[] }>>(trpc.document.tree.pathFilter())
    .flatMap(([, level]) => level?.pages.flatMap(({ items }) => items) ?? [])
    .find((one) => one.id === id);
  return node === undefined ? null : { node, folderId };
}
