import { type InfiniteData, keepPreviousData, skipToken, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { FileText, History } from "lucide-react";

import type { Node } from "../document/tree/node.ts";
import { queryClient, trpc } from "../lib/client.ts";
import { useRecent } from "../workspace/shortcut/recent.ts";
import type { Shortcut } from "../workspace/shortcut/shortcuts.ts";
import { findFuzzy } from "./fuzzy.ts";
import type { Item } from "./item.ts";

/** Number of results in the palette; the search page shows all. */
const maxResults = 8;

/** Number of titles found in this browser. */
const maxTitles = 6;

type Known = Pick<Shortcut, "id" | "title">;

/** The documents whose titles this browser has: of open folders, favorites and recent ones. */
function readKnownTitles(): Known[] {
  const known = new Map<string, string>();
  const levels = queryClient.getQueriesData<InfiniteData<{ items: Node[] }>>(trpc.document.tree.pathFilter());
  for (const [, level] of levels)
    for (const { kind, id, name } of level?.pages.flatMap(({ items }) => items) ?? [])
      if (kind === "document") known.set(id, name);
  for (const filter of [trpc.document.favorite.list.pathFilter(), trpc.document.visit.list.pathFilter()])
    for (const [, list] of queryClient.getQueriesData<{ items: Known[] }>(filter))
      for (const { id, title } of list?.items ?? []) known.set(id, title);
  return [...known].map(([id, title]) => ({ id, title }));
}

/** Documents in a workspace that match `query`: by their title, and by their text. */
export function useDocumentResults(
  workspaceId: string,
  query: string,
): { titles: Item[]; texts: Item[]; isSearching: boolean } {
  const open = useOpen(workspaceId);
  const term = query.trim();
  const search = useQuery(
    trpc.document.search.queryOptions(
      term === "" ? skipToken : { workspaceId, query: term, limit: maxResults },
      {
        placeholderData: keepPreviousData,
        trpc: { abortOnUnmount: true },
      },
    ),
  );
  const known =
    term === "" ? [] : findFuzzy(readKnownTitles(), term, ({ title }) => title).slice(0, maxTitles);
  const knownIds = new Set(known.map(({ id }) => id));
  const hits = (term === "" ? [] : (search.data?.items ?? [])).filter(({ id }) => !knownIds.has(id));
  const toItem = ({ id, title, highlightedTitle, excerpts }: (typeof hits)[number]): Item => ({
    id,
    label: title,
    icon: <FileText />,
    found: { title: highlightedTitle, place: excerpts[0] },
    run: () => open(id),
  });
  const isTitle = ({ highlightedTitle }: (typeof hits)[number]) =>
    highlightedTitle.some(({ match }) => match);
  return {
    isSearching: search.isFetching,
    titles: [
      ...known.map(({ id, title }) => ({ id, label: title, icon: <FileText />, run: () => open(id) })),
      ...hits.filter(isTitle).map(toItem),
    ],
    texts: hits.filter((hit) => !isTitle(hit)).map(toItem),
  };
}

/** Recently opened documents. */
export function useRecentItems(workspaceId: string): Item[] {
  const open = useOpen(workspaceId);
  return (useRecent(workspaceId) ?? []).map(({ id, title }) => ({
    id: `recent ${id}`,
    label: title,
    icon: <History />,
    run: () => open(id),
  }));
}

function useOpen(workspaceId: string) {
  const navigate = useNavigate();
  return (documentId: string) =>
    void navigate({ to: "/w/$workspaceId/d/$documentId", params: { workspaceId, documentId } });
}
