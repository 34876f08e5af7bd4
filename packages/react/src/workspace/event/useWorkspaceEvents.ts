import { isReason, type WorkspaceEvent } from "@mdreader/client";
import { skipToken, useQuery } from "@tanstack/react-query";
import { type TRPCSubscriptionStatus, useSubscription } from "@trpc/tanstack-react-query";
import { useMemo, useState } from "react";

import { useMDReader } from "../../provider.tsx";
import { createEventApplier } from "./apply-event.ts";

export interface WorkspaceEventsOptions {
  /** Whether to follow the events. Default: true. */
  enabled?: boolean;
  /** Called for each event, after the cache was changed. */
  onEvent?: (event: WorkspaceEvent) => void;
}

export interface WorkspaceEventsResult {
  /** The state of the subscription: `pending` while events arrive, as in tRPC's `useSubscription`. */
  status: TRPCSubscriptionStatus;
}

/**
 * Follows a workspace's events and keeps cached queries current: trees, lists, names, members and files. Names are
 * written into the cache; other things are fetched again if they are shown. Use it once for all that shows a workspace.
 *
 * When access is revoked, `workspace.get` is fetched again and fails with the reason. Texts and comments of open
 * documents are not covered: see `useLiveDocument`.
 */
export function useWorkspaceEvents(
  workspaceId: string,
  { enabled = true, onEvent }: WorkspaceEventsOptions = {},
): WorkspaceEventsResult {
  const context = useMDReader();
  const { queryClient, trpc } = context;
  const apply = useMemo(() => createEventApplier(context), [context]);
  const { after, start } = useStart(workspaceId, enabled);
  /** Keeps the number of the newest applied event, from which the hook starts when it is mounted again. */
  function remember({ seq }: WorkspaceEvent): void {
    const queryKey = trpc.workspace.get.queryKey({ id: workspaceId });
    const updatedAt = queryClient.getQueryState(queryKey)?.dataUpdatedAt;
    queryClient.setQueryData(
      queryKey,
      (workspace) => workspace && { ...workspace, eventSeq: Math.max(workspace.eventSeq, seq) },
      updatedAt === undefined ? {} : { updatedAt },
    );
  }
  /** Fetches everything again, after the number of the newest event: the numbers no longer match. */
  async function resync(): Promise<void> {
    const options = trpc.workspace.get.queryOptions({ id: workspaceId });
    const workspace = await queryClient.fetchQuery({ ...options, staleTime: 0 }).catch(() => null);
    if (workspace !== null) start(workspace.eventSeq);
    reset();
    void queryClient.invalidateQueries();
  }
  const { reset, status } = useSubscription(
    trpc.workspace.events.subscriptionOptions(
      enabled && after !== null ? { workspaceId, after } : skipToken,
      {
        onData: ({ data }) => {
          apply(workspaceId, data);
          remember(data);
          onEvent?.(data);
        },
        // The stream fails when access is revoked; fetching the workspace shows whether it was.
        onError: (error) => {
          // For example after restoring a backup.
          if (isReason(error, "RESYNC_REQUIRED")) {
            void resync();
            return;
          }
          void queryClient.invalidateQueries(trpc.workspace.get.queryFilter({ id: workspaceId }));
          void queryClient.invalidateQueries(trpc.workspace.list.pathFilter());
        },
      },
    ),
  );
  return { status };
}

/** Age in milliseconds of a cached workspace from which events are still followed instead of fetching everything again. */
const maxCachedAgeMs = 5 * 60_000;

/**
 * The event after which to follow a workspace: the newest one when it was loaded, so that nothing is missed that happens
 * until the stream is open. Null until it is known.
 */
function useStart(workspaceId: string, enabled: boolean) {
  const { trpc } = useMDReader();
  const { data, dataUpdatedAt, isFetchedAfterMount } = useQuery({
    ...trpc.workspace.get.queryOptions({ id: workspaceId }),
    enabled,
  });
  const [started, setStarted] = useState<{ workspaceId: string; after: number } | null>(null);
  const [mountedAt] = useState(() => Date.now());
  const isStarted = started?.workspaceId === workspaceId;
  const isCurrent = isFetchedAfterMount || mountedAt - dataUpdatedAt < maxCachedAgeMs;
  const start = (after: number) => setStarted({ workspaceId, after });
  // Later data has a higher number, after which the events before it would be missed.
  if (!isStarted && data !== undefined && isCurrent) start(data.eventSeq);
  return { after: isStarted ? started.after : null, start };
}
