import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useEffect } from "react";

import { trpc } from "../../lib/client.ts";
import { useShortcuts } from "./shortcuts.ts";

/** Maximum number of recent documents. */
const maxRecent = 12;

/** Recently opened documents, latest first. */
export const useRecent = (workspaceId: string) => useShortcuts("recent", workspaceId).documents;

/** Adds the open document to the recent ones once its title is known. */
export function useRememberOpen(workspaceId: string): void {
  const id = useParams({ strict: false, select: ({ documentId }) => documentId });
  const { change } = useShortcuts("recent", workspaceId);
  // Reads the cache of the document page without fetching.
  const document = useQuery({ ...trpc.document.get.queryOptions({ id: id ?? "" }), enabled: false });
  const title = document.data?.title;
  useEffect(() => {
    if (id === undefined || title === undefined) return;
    change((before) => [{ id, title }, ...before.filter((one) => one.id !== id)].slice(0, maxRecent));
    // `change` is recreated on each render but behaves the same.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [id, title]);
}
