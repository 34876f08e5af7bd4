import type { RouterOutputs } from "@mdreader/client";
import { useQuery } from "@tanstack/react-query";

import { client, queryClient, trpc } from "../../lib/client.ts";
import { showErrorToast } from "../../ui/toast.ts";
import { changeShortcuts, toShortcutListInput, type Shortcut } from "./shortcuts.ts";

type Favorites = RouterOutputs["document"]["favorite"]["list"];

/** The person's favorite documents, in the order they were added. */
export function useFavorites(workspaceId: string) {
  const options = trpc.document.favorite.list.queryOptions(toShortcutListInput(workspaceId));
  const documents = useQuery({ ...options, staleTime: 60_000 }).data?.items ?? [];
  const has = (id: string) => documents.some((document) => document.id === id);
  const toggle = ({ id, title }: Pick<Shortcut, "id" | "title">) => {
    const isFavorite = has(id);
    queryClient.setQueryData<Favorites>(options.queryKey, (list) =>
      changeShortcuts(list, (items) =>
        isFavorite ? items.filter((item) => item.id !== id) : [...items, { id, title, folderId: null }],
      ),
    );
    const { add, remove } = client.document.favorite;
    (isFavorite ? remove : add)
      .mutate({ documentId: id })
      .catch(showErrorToast)
      .finally(() => void queryClient.invalidateQueries(options));
  };
  return { documents, has, toggle };
}
