import { createLocalState } from "../../lib/persisted-state.ts";
import { type Store, useStore } from "../../lib/store.ts";

/** Number of searches kept per workspace. */
const maxSearches = 5;

/** Recent searches by workspace, latest first, stored in this browser. */
const searches = new Map<string, Store<string[]>>();

function getSearches(workspaceId: string): Store<string[]> {
  const existing = searches.get(workspaceId);
  if (existing !== undefined) return existing;
  const state = createLocalState(`searches.${workspaceId}`, (stored) =>
    Array.isArray(stored) ? stored.filter((query) => typeof query === "string").slice(0, maxSearches) : [],
  );
  searches.set(workspaceId, state);
  return state;
}

/** Makes a query the latest search in a workspace. */
export function rememberSearch(workspaceId: string, query: string): void {
  const state = getSearches(workspaceId);
  state.set([query, ...state.get().filter((other) => other !== query)].slice(0, maxSearches));
}

/** The person's recent searches in a workspace, latest first. */
export const useRecentSearches = (workspaceId: string): readonly string[] =>
  useStore(getSearches(workspaceId));
