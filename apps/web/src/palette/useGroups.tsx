import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { FolderSearch, History, Search } from "lucide-react";

import type { SearchFilters } from "../document/search/filters.ts";
import { useRecentSearches } from "../document/search/recent-searches.ts";
import { trpc } from "../lib/client.ts";
import { findFuzzy } from "./fuzzy.ts";
import type { Group, Item } from "./item.ts";
import { useCommands, useWorkspaceCommands } from "./useCommands.tsx";
import { useDocumentResults, useRecentItems } from "./useDocumentResults.tsx";

/** Palette groups for a query outside a workspace. */
export function useGroups(query: string): Group[] {
  return omitEmptyGroups([{ value: "Commands", items: findMatchingItems(useCommands(), query) }]);
}

/** Palette groups for a query in a workspace. Commands and titles come before texts. */
export function useWorkspaceGroups(
  workspaceId: string,
  query: string,
): { groups: Group[]; isSearching: boolean } {
  const navigate = useNavigate();
  const recent = useRecentItems(workspaceId);
  const searches = useRecentSearches(workspaceId);
  const { titles, texts, isSearching } = useDocumentResults(workspaceId, query);
  const commands = [...useWorkspaceCommands(workspaceId), ...useCommands()];
  const q = query.trim();
  const folder = useOpenFolder();
  const search = (wanted: string, filters: SearchFilters = {}) =>
    void navigate({
      to: "/w/$workspaceId/search",
      params: { workspaceId },
      search: { q: wanted, ...filters },
    });
  const toSearch = (wanted: string): Item => ({
    id: `search ${wanted}`,
    label: wanted,
    icon: <History />,
    run: () => search(wanted),
  });
  const all: Item = {
    id: "search",
    label: `Search all documents for “${q}”`,
    icon: <Search />,
    run: () => search(q),
  };
  const inFolder = {
    id: "search folder",
    label: `Search this folder for “${q}”`,
    icon: <FolderSearch />,
  };
  const more: Item[] = [all, ...(folder === null ? [] : [{ ...inFolder, run: () => search(q, { folder }) }])];
  const groups = omitEmptyGroups([
    { value: "Recently opened", items: q === "" ? recent.slice(0, 5) : [] },
    { value: "Recent searches", items: q === "" ? searches.map(toSearch) : [] },
    ...(q === ""
      ? []
      : [{ value: "Commands", items: findMatchingItems(commands, query).slice(0, maxCommands) }]),
    { value: "Documents", items: titles },
    { value: "In the text", items: q === "" ? [] : texts },
    { value: "Search", items: q === "" ? [] : more },
    ...(q === "" ? [{ value: "Commands", items: commands }] : []),
  ]);
  return { groups, isSearching };
}

/** The folder of the open document; null at the top level and elsewhere. */
function useOpenFolder(): string | null {
  const id = useParams({ strict: false, select: ({ documentId }) => documentId });
  // Reads the cache of the document page without fetching.
  const document = useQuery({ ...trpc.document.get.queryOptions({ id: id ?? "" }), enabled: false });
  return (id !== undefined && document.data?.folderId) || null;
}

const omitEmptyGroups = (groups: Group[]) => groups.filter(({ items }) => items.length > 0);

/** The shortest query, in UTF-16 units, that finds commands despite a typo. */
const minFuzzyLength = 3;

/** Number of commands above the documents. */
const maxCommands = 5;

/** Items whose label has, for each word of `query`, a word that starts with it; without any, those with a typo. */
function findMatchingItems(items: Item[], query: string): Item[] {
  const terms = query.toLowerCase().split(/\s+/).filter(Boolean);
  const found = items.filter(({ label }) => {
    const words = label.toLowerCase().split(/\s+/);
    return terms.every((part) => words.some((word) => word.startsWith(part)));
  });
  return found.length > 0 || query.trim().length < minFuzzyLength
    ? found
    : findFuzzy(items, query, ({ label }) => label);
}
