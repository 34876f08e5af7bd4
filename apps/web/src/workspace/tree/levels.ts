import type { InfiniteData, QueryKey } from "@tanstack/react-query";

import { queries, trpc } from "../../app/client.ts";
import { levelSize, type Node } from "./node.ts";

type Level = InfiniteData<{ items: Node[]; nextCursor: string | null }>;

/** The input by which a level is fetched, and known in the cache. */
export const levelInput = (workspaceId: string, folderId: string | null) => ({
  workspaceId,
  folderId,
  limit: levelSize,
});

/** Fetches a level again, if it was fetched before. */
export function refreshLevel(workspaceId: string, folderId: string | null): Promise<void> {
  const queryKey = trpc.document.tree.infiniteQueryKey(levelInput(workspaceId, folderId));
  return queries.invalidateQueries({ queryKey });
}

/** Fetches the levels that are shown again, and others when they are next shown. */
export const refreshLevels = () => queries.invalidateQueries(trpc.document.tree.pathFilter());

/** Milliseconds in which what several events ask for is fetched once. */
const together = 400;
let timer: ReturnType<typeof setTimeout> | undefined;

/** The same a moment later, and once for all that ask for it until then. */
export function refreshLevelsSoon(): void {
  clearTimeout(timer);
  timer = setTimeout(() => void refreshLevels(), together);
}

/** Takes a node out of wherever it is shown. */
export function dropNode(id: string): void {
  for (const [key, level] of levelsWith(id)) {
    changeItems(key, level, (items) => items.filter((node) => node.id !== id));
  }
}

/** Shows a node under another name, where it stands. @returns The levels to which the name was news. */
export function showName(id: string, name: string): QueryKey[] {
  const news = levelsWith(id).filter(([, level]) =>
    level.pages.some(({ items }) => items.some((node) => node.id === id && node.name !== name)),
  );
  for (const [key, level] of news) {
    changeItems(key, level, (items) => items.map((node) => (node.id === id ? { ...node, name } : node)));
  }
  return news.map(([key]) => key);
}

/** Has the levels in which a node lies fetched again: by its name, it may stand elsewhere in them. */
export async function refreshAround(id: string): Promise<void> {
  await Promise.all(levelsWith(id).map(([queryKey]) => queries.invalidateQueries({ queryKey })));
}

function changeItems(key: QueryKey, level: Level, change: (items: Node[]) => Node[]): void {
  const pages = level.pages.map((page) => ({ ...page, items: change(page.items) }));
  queries.setQueryData(key, { ...level, pages });
}

function levelsWith(id: string): [QueryKey, Level][] {
  return queries
    .getQueriesData<Level>(trpc.document.tree.pathFilter())
    .flatMap(([key, level]): [QueryKey, Level][] =>
      level?.pages.some(({ items }) => items.some((node) => node.id === id)) ? [[key, level]] : [],
    );
}
