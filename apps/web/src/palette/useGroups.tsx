import { useNavigate } from "@tanstack/react-router";
import { Search } from "lucide-react";

import type { Group, Item } from "./item.ts";
import { useCommands, useWorkspaceCommands } from "./useCommands.tsx";
import { useDocumentResults, useRecentItems } from "./useDocumentResults.tsx";

/** Palette groups for a query outside a workspace. */
export function useGroups(query: string): Group[] {
  return filled([{ value: "Commands", items: matching(useCommands(), query) }]);
}

/** Palette groups for a query in a workspace. Documents come first. */
export function useWorkspaceGroups(
  workspaceId: string,
  query: string,
): { groups: Group[]; isSearching: boolean } {
  const navigate = useNavigate();
  const recent = useRecentItems(workspaceId);
  const { items: found, isSearching } = useDocumentResults(workspaceId, query);
  const commands = [...useWorkspaceCommands(workspaceId), ...useCommands()];
  const q = query.trim();
  const all: Item = {
    id: "search",
    label: `Search all documents for “${q}”`,
    icon: <Search />,
    run: () => void navigate({ to: "/w/$workspaceId/search", params: { workspaceId }, search: { q } }),
  };
  const groups = filled([
    { value: "Recently opened", items: q === "" ? recent.slice(0, 5) : [] },
    { value: "Documents", items: q === "" ? [] : [...found, all] },
    { value: "Commands", items: matching(commands, query) },
  ]);
  return { groups, isSearching };
}

const filled = (groups: Group[]) => groups.filter(({ items }) => items.length > 0);

/** Items whose label has, for each word of `query`, a word that starts with it. */
function matching(items: Item[], query: string): Item[] {
  const terms = query.toLowerCase().split(/\s+/).filter(Boolean);
  return items.filter(({ label }) => {
    const words = label.toLowerCase().split(/\s+/);
    return terms.every((part) => words.some((word) => word.startsWith(part)));
  });
}
