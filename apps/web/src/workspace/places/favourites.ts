import { type KeptDocument, useKeptDocuments } from "./kept-documents.ts";

/** The documents that the person has marked, in the order in which they did. */
export function useFavourites(workspaceId: string) {
  const { documents, change } = useKeptDocuments("favourites", workspaceId);
  return {
    documents,
    has: (id: string) => documents.some((document) => document.id === id),
    toggle: ({ id, title }: KeptDocument) =>
      change((before) =>
        before.some((document) => document.id === id)
          ? before.filter((document) => document.id !== id)
          : [...before, { id, title }],
      ),
  };
}
