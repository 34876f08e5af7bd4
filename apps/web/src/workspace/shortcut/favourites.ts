import { type DocumentShortcut, useShortcuts } from "./shortcuts.ts";

/** The documents that the person has marked, in the order in which they did. */
export function useFavourites(workspaceId: string) {
  const { documents, change } = useShortcuts("favourites", workspaceId);
  return {
    documents,
    has: (id: string) => documents.some((document) => document.id === id),
    toggle: ({ id, title }: DocumentShortcut) =>
      change((before) =>
        before.some((document) => document.id === id)
          ? before.filter((document) => document.id !== id)
          : [...before, { id, title }],
      ),
  };
}
