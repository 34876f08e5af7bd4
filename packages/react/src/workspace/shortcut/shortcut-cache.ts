import type { RouterOutputs } from "@mdreader/client";

import { type CachedList, changeItems } from "../../cached-list.ts";
import type { QueryContext } from "../../provider.tsx";

type Shortcut = RouterOutputs["document"]["favorite"]["list"]["items"][number];

/** The cached personal lists of documents: favorites, and recently opened ones. */
export interface ShortcutCache {
  /** Updates a document's title in all cached lists; null removes the document. */
  update(id: string, title: string | null): void;
  /** Fetches the lists again, for example after a document was restored. */
  invalidate(): void;
}

export function createShortcutCache({ queryClient, trpc }: QueryContext): ShortcutCache {
  const filters = () => [trpc.document.favorite.list.pathFilter(), trpc.document.visit.list.pathFilter()];
  return {
    update(id, title) {
      const update = (items: Shortcut[]) =>
        title === null
          ? items.filter((item) => item.id !== id)
          : items.map((item) => (item.id === id ? { ...item, title } : item));
      for (const filter of filters())
        queryClient.setQueriesData<CachedList<Shortcut>>(filter, (list) => list && changeItems(list, update));
    },
    invalidate() {
      for (const filter of filters()) void queryClient.invalidateQueries(filter);
    },
  };
}
