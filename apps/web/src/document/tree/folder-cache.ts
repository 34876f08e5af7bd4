import type { InfiniteData, QueryKey } from "@tanstack/react-query";

import { queryClient, trpc } from "../../lib/client.ts";
import { folderPageSize, type Node } from "./node.ts";

type FolderPages = InfiniteData<{ items: Node[]; nextCursor: string | null }>;

/** The query input of a folder, which also identifies it in the cache. */
export const folderQueryInput = (workspaceId: string, folderId: string | null) => ({
  workspaceId,
  folderId,
  limit: folderPageSize,
});

/** Invalidates a folder's contents. */
export function invalidateFolder(workspaceId: string, folderId: string | null): Promise<void> {
  const queryKey = trpc.document.tree.infiniteQueryKey(folderQueryInput(workspaceId, folderId));
  return queryClient.invalidateQueries({ queryKey });
}

/** Invalidates all folders. Visible ones are refetched now, others when next shown. */
export const invalidateFolders = () => queryClient.invalidateQueries(trpc.document.tree.pathFilter());

/** One fetch serves several events. */
const debounceMs = 400;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Invalidates all folders after a short delay, once for several calls. */
export function invalidateFoldersDebounced(): void {
  clearTimeout(timer);
  timer = setTimeout(() => void invalidateFolders(), debounceMs);
}

/** Removes a node from all cached folders. */
export function removeFromCache(id: string): void {
  for (const [key, level] of findFoldersWith(id)) {
    changeItems(key, level, (items) => items.filter((node) => node.id !== id));
  }
}

/** Renames a node in all cached folders. @returns The query keys of the folders that changed. */
export function renameInCache(id: string, name: string): QueryKey[] {
  const changed = findFoldersWith(id).filter(([, level]) =>
    level.pages.some(({ items }) => items.some((node) => node.id === id && node.name !== name)),
  );
  for (const [key, level] of changed) {
    changeItems(key, level, (items) => items.map((node) => (node.id === id ? { ...node, name } : node)));
  }
  return changed.map(([key]) => key);
}

/** Refetches the folders that contain a node, because a new name can change the sort order. */
export async function invalidateSiblings(id: string): Promise<void> {
  await Promise.all(findFoldersWith(id).map(([queryKey]) => queryClient.invalidateQueries({ queryKey })));
}

function changeItems(key: QueryKey, level: FolderPages, change: (items: Node[]) => Node[]): void {
  const pages = level.pages.map((page) => ({ ...page, items: change(page.items) }));
  queryClient.setQueryData(key, { ...level, pages });
}

function findFoldersWith(id: string): [QueryKey, FolderPages][] {
  return queryClient
    .getQueriesData<FolderPages>(trpc.document.tree.pathFilter())
    .flatMap(([key, level]): [QueryKey, FolderPages][] =>
      level?.pages.some(({ items }) => items.some((node) => node.id === id)) ? [[key, level]] : [],
    );
}
