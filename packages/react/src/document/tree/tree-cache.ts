import type { RouterInputs, RouterOutputs } from "@mdreader/client";

import { changeAllItems, changeItems, type CachedList, findItem, hasItem } from "../../cached-list.ts";
import type { QueryContext } from "../../provider.tsx";

type List = RouterOutputs["document"]["tree"];
type Node = List["items"][number];

/** The sibling before or after which an item is placed. */
type Place = Pick<RouterInputs["document"]["move"], "beforeId" | "afterId">;

/** The cached folders of a workspace, as `document.tree` lists them. */
export interface TreeCache {
  /** Fetches the contents of a folder again; of the root for null. */
  invalidateFolder(workspaceId: string, folderId: string | null): Promise<void>;
  /** Fetches all visible folders again, and others when they are next shown. */
  invalidateFolders(): Promise<void>;
  /** Does the same after a short delay, once for several calls. */
  invalidateFoldersDebounced(): void;
  /** Removes a document or folder from all cached folders. */
  remove(id: string): void;
  /**
   * Moves a document or folder next to a sibling, whose folder is in manual order from then on. Without a cached sibling, it
   * is only removed from where it is.
   */
  place(id: string, place: Place): void;
  /** Renames a document or folder in all cached folders. @returns Whether a cached name changed. */
  rename(id: string, name: string): boolean;
  /** Fetches the folders that contain a document or folder again, because a new name can change the order. */
  invalidateSiblings(id: string): Promise<void>;
}

/** The delay in milliseconds in which one fetch serves several events. */
const debounceMs = 400;

/** Creates functions that change what the cache knows of a tree, for example before a mutation is confirmed. */
export function createTreeCache({ queryClient, trpc }: QueryContext): TreeCache {
  let timer: ReturnType<typeof setTimeout> | undefined;

  const findFoldersWith = (id: string) =>
    queryClient
      .getQueriesData<CachedList<Node>>(trpc.document.tree.pathFilter())
      .flatMap(([key, list]) =>
        list !== undefined && hasItem(list, (node) => node.id === id) ? [{ key, list }] : [],
      );
  const invalidateFolders = () => queryClient.invalidateQueries(trpc.document.tree.pathFilter());

  function remove(id: string): void {
    for (const { key, list } of findFoldersWith(id))
      queryClient.setQueryData(
        key,
        changeItems(list, (items) => items.filter((node) => node.id !== id)),
      );
  }

  return {
    async invalidateFolder(workspaceId, folderId) {
      const { queryKey, infiniteQueryKey } = trpc.document.tree;
      const keys = [queryKey({ workspaceId, folderId }), infiniteQueryKey({ workspaceId, folderId })];
      await Promise.all(keys.map((key) => queryClient.invalidateQueries({ queryKey: key })));
    },
    invalidateFolders,
    invalidateFoldersDebounced() {
      clearTimeout(timer);
      timer = setTimeout(() => void invalidateFolders(), debounceMs);
    },
    remove,
    place(id, { beforeId, afterId }) {
      const siblingId = afterId ?? beforeId ?? "";
      const moved = findFoldersWith(id).map(({ list }) => findItem(list, (node) => node.id === id))[0];
      if (moved === undefined) return;
      remove(id);
      for (const { key, list } of findFoldersWith(siblingId)) {
        const placed = changeAllItems(list, (items) => {
          const at = items.findIndex((node) => node.id === siblingId);
          return items.toSpliced(afterId === undefined ? at : at + 1, 0, moved);
        });
        queryClient.setQueryData(key, markManual(placed));
      }
    },
    rename(id, name) {
      const outdated = findFoldersWith(id).filter(({ list }) =>
        hasItem(list, (node) => node.id === id && node.name !== name),
      );
      for (const { key, list } of outdated)
        queryClient.setQueryData(
          key,
          changeItems(list, (items) => items.map((node) => (node.id === id ? { ...node, name } : node))),
        );
      return outdated.length > 0;
    },
    async invalidateSiblings(id) {
      await Promise.all(
        findFoldersWith(id).map(({ key }) => queryClient.invalidateQueries({ queryKey: key })),
      );
    },
  };
}

/** Marks the cached pages of a folder as being in manual order, so that they are not sorted by name. */
function markManual(list: CachedList<Node>): CachedList<Node> {
  const order: Pick<List, "childrenOrder"> = { childrenOrder: "manual" };
  return "pages" in list
    ? { ...list, pages: list.pages.map((page) => ({ ...page, ...order })) }
    : { ...list, ...order };
}
