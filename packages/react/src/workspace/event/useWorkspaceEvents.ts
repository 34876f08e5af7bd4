import { isReason, type WorkspaceEvent } from "@mdreader/client";
import { skipToken } from "@tanstack/react-query";
import { type TRPCSubscriptionStatus, useSubscription } from "@trpc/tanstack-react-query";
import { useMemo } from "react";

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
 * Follows a workspace's events and keeps cached queries current: trees, lists, names, members and files. Names are written into the cache;
 * other things are fetched again if they are shown. Use it once for all that shows a workspace.
 *
 * When access is revoked, `workspace.get` is fetched again and fails with the reason. Texts and comments of open documents are not covered:
 * see `useLiveDocument`.
 */
export function useWorkspaceEvents(
  workspaceId: string,
  { enabled = true, onEvent }: WorkspaceEventsOptions = {},
): WorkspaceEventsResult {
  const context = useMDReader();
  const { queryClient, trpc } = context;
  const apply = useMemo(() => createEventApplier(context), [context]);
  const { reset, status } = useSubscription(
    trpc.workspace.events.subscriptionOptions(enabled ? { workspaceId } : skipToken, {
      onData: ({ data }) => {
        apply(workspaceId, data);
        onEvent?.(data);
      },
      // The stream fails when access is revoked; fetching the workspace shows whether it was.
      onError: (error) => {
        // The event numbers no longer match, for example after restoring a backup.
        if (isReason(error, "RESYNC_REQUIRED")) {
          void queryClient.invalidateQueries();
          // After the hook has recorded the error.
          setTimeout(reset);
          return;
        }
        void queryClient.invalidateQueries(trpc.workspace.get.queryFilter({ id: workspaceId }));
        void queryClient.invalidateQueries(trpc.workspace.list.pathFilter());
      },
    }),
  );
  return { status };
}
