import { useQuery } from "@tanstack/react-query";

import { trpc } from "../../lib/client.ts";
import { createLocalState, type PersistedState, usePersistedState } from "../../lib/persisted-state.ts";

/** A document in a list stored by this browser. */
export interface DocumentShortcut {
  id: string;
  title: string;
}

type ListName = "recent" | "favourites";

const lists = new Map<string, PersistedState<DocumentShortcut[]>>();

/** A list of documents that this browser stores per person and workspace. */
function getShortcuts(
  name: ListName,
  userId: string,
  workspaceId: string,
): PersistedState<DocumentShortcut[]> {
  const key = `${name}.${userId}.${workspaceId}` as const;
  const known = lists.get(key);
  if (known !== undefined) return known;
  const list = createLocalState(key, (stored) => (Array.isArray(stored) ? stored.filter(isShortcut) : []));
  lists.set(key, list);
  return list;
}

const isShortcut = (stored: unknown): stored is DocumentShortcut =>
  typeof stored === "object" &&
  stored !== null &&
  "id" in stored &&
  "title" in stored &&
  typeof stored.id === "string" &&
  typeof stored.title === "string";

/** The signed-in person's list, with a function to change it. */
export function useShortcuts(name: ListName, workspaceId: string) {
  const me = useQuery(trpc.auth.me.queryOptions());
  const list = getShortcuts(name, me.data?.id ?? "", workspaceId);
  const documents = usePersistedState(list);
  return {
    documents,
    /** Changes the stored list as of the call, not as of the last render. */
    change: (changed: (before: DocumentShortcut[]) => DocumentShortcut[]) => list.set(changed(list.get())),
  };
}

/** Updates a document's title in all lists of this browser; null removes the document. */
export function updateShortcuts(id: string, title: string | null): void {
  for (const list of lists.values()) {
    const before = list.get();
    if (!before.some((document) => document.id === id && document.title !== title)) continue;
    const others = title === null ? before.filter((document) => document.id !== id) : before;
    list.set(others.map((document) => (document.id === id && title !== null ? { id, title } : document)));
  }
}
