import type { LiveDocument } from "@mdreader/client/live";
import { pagedQuery } from "@mdreader/react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";

import { queryClient, trpc } from "../../lib/client.ts";
import type { Failure } from "../../ui/error-messages.ts";
import type { Thread } from "./anchors.ts";

/** All threads of a document, refetched when comments change. */
export function useThreads(
  live: LiveDocument,
  state: "open" | "resolved",
): { threads: Thread[]; isPending: boolean; error: Failure | null } {
  const list = useList(live.id, state);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  useEffect(
    () =>
      live.commentsAt.subscribe(() => void queryClient.invalidateQueries(trpc.document.comment.pathFilter())),
    [live],
  );
  const { data } = list;
  const threads = useMemo(() => data?.pages.flatMap(({ items }) => items) ?? [], [data]);
  return { threads, isPending: list.isPending, error: list.error };
}

const useList = (documentId: string, state: "open" | "resolved") =>
  useInfiniteQuery(trpc.document.comment.list.infiniteQueryOptions({ documentId, state }, pagedQuery));
