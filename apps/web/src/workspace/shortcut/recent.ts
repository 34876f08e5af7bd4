import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useEffect } from "react";

import { client, queryClient, trpc } from "../../lib/client.ts";
import { toShortcutListInput, type Shortcut } from "./shortcuts.ts";

/** Number of recent documents shown. */
const maxRecent = 12;

/** Recently opened documents, latest first; undefined until they are known. */
export function useRecent(workspaceId: string): readonly Shortcut[] | undefined {
  const list = useQuery(
    trpc.document.visit.list.queryOptions(toShortcutListInput(workspaceId), { staleTime: 60_000 }),
  );
  return list.data?.items.slice(0, maxRecent);
}

/** Adds the open document to the recent ones. */
export function useRememberOpen(): void {
  const id = useParams({ strict: false, select: ({ documentId }) => documentId });
  useEffect(() => {
    if (id === undefined) return;
    client.document.visit.record
      .mutate({ documentId: id })
      .then(() => queryClient.invalidateQueries(trpc.document.visit.list.pathFilter()))
      // Offline, or no document: the list stays as it is.
      .catch(() => {});
  }, [id]);
}
