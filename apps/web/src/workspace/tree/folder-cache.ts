import type { InfiniteData, QueryKey } from "@tanstack/react-query";

import { queryClient, trpc } from "../../lib/client.ts";
import { folderPageSize, type Node } from "./node.ts";

type Level = InfiniteData<{ items: Node[]; nextCursor: string | null }>;

/** The input by which a level is fetched, and known in the cache. */
export const folderQueryInput = (workspaceId: string, folderId: string | null) => ({
  workspaceId,
  folderId,
  limit: folderPageSize,
});

/** Fetches a level again, if it was fetched before. */
export function invalidateFolder(workspaceId: string, folderId: string | null): Promise<void> {
  const queryKey = trpc.document.tree.infiniteQueryKey(folderQueryInput(workspaceId, folderId));
  return queryClient.invalidateQueries({ queryKey });
}

/** Fetches the levels that are shown again, and others when they are next shown. */
export const invalidateFolders = () => queryClient.invalidateQueries(trpc.document.tree.pathFilter());

/** Milliseconds in which what several events ask for is fetched once. */
const together = 400;
let timer: ReturnType<typeof setTimeout> | undefined;

/** The same a moment later, and once for all that ask for it until then. */
export function invalidateFoldersDebounced(): void {
  clearTimeout(timer);
  timer = setTimeout(() => void invalidateFolders(), together);
}

/** Takes a node out of wherever it is shown. */
export function removeFromCache(id: string): void {
  for (const [key, level] of findFoldersWith(id)) {
    changeItems(key, level, (items) => items.filter((node) => node.id !== id));
  }
}

/** Shows a node under another name, where it stands. @returns The levels to which the name was news. */
export function renameInCache(id: string, name: string): QueryKey[] {
  const news = findFoldersWith(id).filter(([, level]) =>
    level.pages.some(({ items }) => items.some((node) => node.id === id && node.name !== name)),
  );
  for (const [key, level] of news) {
    changeItems(key, level, (items) => items.map((node) => (node.id === id ? { ...node, name } : node)));
  }
  return news.map(([key]) => key);
}

/** Has the levels in which a node lies fetched again: by its name, it may stand elsewhere in them. */
export async function invalidateSiblings(id: string): Promise<void> {
  await Promise.all(findFoldersWith(id).map(([queryKey]) => queryClient.invalidateQueries({ queryKey })));
}

function changeItems(key: QueryKey, level: Level, change: (items: Node[]) => Node[]): void {
  const pages = level.pages.map((page) => ({ ...page, items: change(page.items) }));
  queryClient.setQueryData(key, { ...level, pages });
}

function findFoldersWith(id: string): [QueryKey, Level][] {
  return queryClient
    .getQueriesData<Level>(trpc.document.tree.pathFilter())
    .flatMap(([key, level]): [QueryKey, Level][] =>
      level?.pages.some(({ items }) => items.some((node) => node.id === id)) ? [[key, level]] : [],
    );
}
