import { keepPreviousData, skipToken, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { FileText, History } from "lucide-react";

import { trpc } from "../lib/client.ts";
import { useRecent } from "../workspace/shortcut/recent.ts";
import type { Item } from "./item.ts";

/** Number of results in the palette; the search page shows all. */
const maxResults = 8;

/** Documents in a workspace that match `query`. */
export function useDocumentResults(
  workspaceId: string,
  query: string,
): { items: Item[]; isSearching: boolean } {
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
  const hits = term === "" ? [] : (search.data?.items ?? []);
  return {
    isSearching: search.isFetching,
    items: hits.map(({ id, title, highlightedTitle, fragments }) => ({
      id,
      label: title,
      icon: <FileText />,
      found: { title: highlightedTitle, place: fragments[0] },
      run: () => open(id),
    })),
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
