import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useEffect } from "react";

import { trpc } from "../../lib/client.ts";
import { useShortcuts } from "./shortcuts.ts";

/** How many are remembered. */
const maxRecent = 12;

/** The documents that the person opened last, the latest first. */
export const useRecent = (workspaceId: string) => useShortcuts("recent", workspaceId).documents;

/** Remembers the document that is open, as soon as its page knows its title. */
export function useRememberOpen(workspaceId: string): void {
  const id = useParams({ strict: false, select: ({ documentId }) => documentId });
  const { change } = useShortcuts("recent", workspaceId);
  // Looks at what the page of the document fetches, and fetches nothing itself.
  const document = useQuery({ ...trpc.document.get.queryOptions({ id: id ?? "" }), enabled: false });
  const title = document.data?.title;
  useEffect(() => {
    if (id === undefined || title === undefined) return;
    change((before) => [{ id, title }, ...before.filter((one) => one.id !== id)].slice(0, maxRecent));
    // `change` is another with each rendering, and does the same.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [id, title]);
}
