import { type DocumentShortcut, useShortcuts } from "./shortcuts.ts";

/** The person's favorite documents, in the order they were added. */
export function useFavorites(workspaceId: string) {
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
