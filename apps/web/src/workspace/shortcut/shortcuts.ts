import type { RouterOutputs } from "@mdreader/client";

import { queryClient, trpc } from "../../lib/client.ts";

type Shortcuts = RouterOutputs["document"]["favorite"]["list"];

/** A document in a personal list. */
export type Shortcut = Shortcuts["items"][number];

/** The query input of a personal list. One page contains all of it. */
export const shortcutListInput = (workspaceId: string) => ({ workspaceId, limit: 100 });

/** Changes the items of a cached list. */
export const changeShortcuts = (
  list: Shortcuts | undefined,
  change: (items: Shortcut[]) => Shortcut[],
): Shortcuts | undefined => list && { ...list, items: change(list.items) };

/** Updates a document's title in all cached lists; null removes the document. */
export function updateShortcuts(id: string, title: string | null): void {
  const update = (items: Shortcut[]) =>
    title === null
      ? items.filter((item) => item.id !== id)
      : items.map((item) => (item.id === id ? { ...item, title } : item));
  for (const filter of [trpc.document.favorite.list.pathFilter(), trpc.document.visit.list.pathFilter()]) {
    queryClient.setQueriesData<Shortcuts>(filter, (list) => changeShortcuts(list, update));
  }
}

/** Fetches the lists again, for example after a document was restored. */
export function invalidateShortcuts(): void {
  void queryClient.invalidateQueries(trpc.document.favorite.list.pathFilter());
  void queryClient.invalidateQueries(trpc.document.visit.list.pathFilter());
}
