import type { InfiniteData } from "@tanstack/react-query";

import { queries, trpc } from "../../app/client.ts";
import type { Node, Placed } from "./node.ts";

/** The row that an event happened on. */
export function rowAt(target: EventTarget | null): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>("[role=treeitem][data-id]") : null;
}

/** What the row that an event happened on shows; null outside of rows. */
export function placedAt(target: EventTarget | null): Placed | null {
  const row = rowAt(target);
  const { id } = row?.dataset ?? {};
  if (row === null || id === undefined) return null;
  const folderId = rowAt(row.parentElement)?.dataset["id"] ?? null;
  const node = queries
    .getQueriesData<InfiniteData<{ items: Node[] }>>(trpc.document.tree.pathFilter())
    .flatMap(([, level]) => level?.pages.flatMap(({ items }) => items) ?? [])
    .find((one) => one.id === id);
  return node === undefined ? null : { node, folderId };
}
