import { pagedQuery } from "@mdreader/react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useEffectEvent } from "react";

import { trpc } from "../../lib/client.ts";
import { errorMessage } from "../../ui/error-messages.ts";
import { toFolderQueryInput } from "./node.ts";
import type { Level } from "./rows.ts";

interface FolderLoaderProps {
  workspaceId: string;
  folderId: string | null;
  /** Called with the contents whenever they change, and with null when the folder is closed. */
  onLevel: (folderId: string | null, level: Level | null) => void;
}

/** Cache time of a folder in milliseconds. Events report changes in the meantime. */
const staleMs = 60_000;

/** Loads the contents of an open folder; of the root for null. Renders nothing. */
export function FolderLoader({ workspaceId, folderId, onLevel }: FolderLoaderProps) {
  const { data, error, isPending, hasNextPage, isFetching, fetchNextPage, refetch } = useInfiniteQuery(
    trpc.document.tree.infiniteQueryOptions(toFolderQueryInput(workspaceId, folderId), {
      ...pagedQuery,
      staleTime: staleMs,
    }),
  );
  const report = useEffectEvent(onLevel);
  const loadMore = useEffectEvent(() => {
    if (!isFetching) void (data === undefined ? refetch() : fetchNextPage());
  });
  useEffect(() => {
    report(folderId, {
      nodes: data?.pages.flatMap(({ items }) => items) ?? [],
      order: data?.pages[0]?.childrenOrder ?? "name",
      state: isPending ? "loading" : data === undefined ? "failed" : hasNextPage ? "partial" : "complete",
      error: error === null ? null : errorMessage(error),
      loadMore: () => loadMore(),
    });
  }, [folderId, data, error, isPending, hasNextPage]);
  useEffect(() => () => report(folderId, null), [folderId]);
  return null;
}
