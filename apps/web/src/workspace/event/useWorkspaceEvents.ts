import { isReason, type RouterOutputs } from "@mdreader/client";
import { type InfiniteData, skipToken } from "@tanstack/react-query";
import { useSubscription } from "@trpc/tanstack-react-query";

import {
  removeFromCache,
  invalidateSiblings,
  invalidateFoldersDebounced,
  renameInCache,
} from "../../document/tree/folder-cache.ts";
import { queryClient, trpc } from "../../lib/client.ts";
import { invalidateShortcuts, updateShortcuts } from "../shortcut/shortcuts.ts";

type Event = RouterOutputs["workspace"]["activity"]["items"][number];
type Activity = InfiniteData<RouterOutputs["workspace"]["activity"]>;

/** Subscribes to a workspace's events and updates cached queries, fetching only what is missing. */
export function useWorkspaceEvents(workspaceId: string, enabled: boolean): void {
  const { reset } = useSubscription(
    trpc.workspace.events.subscriptionOptions(enabled ? { workspaceId } : skipToken, {
      onData: ({ data }) => {
        prependEvent(workspaceId, data);
        apply(data);
      },
      // The stream errors when access is revoked; refetching the workspace shows whether it was.
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
}

/** Prepends an event to the cached activity. */
function prependEvent(workspaceId: string, event: Event): void {
  queryClient.setQueriesData<Activity>(
    { queryKey: trpc.workspace.activity.infiniteQueryKey({ workspaceId }) },
    (activity) => {
      const [first, ...rest] = activity?.pages ?? [];
      if (activity === undefined || first === undefined || first.items.some(({ seq }) => seq === event.seq))
        return activity;
      return { ...activity, pages: [{ ...first, items: [event, ...first.items] }, ...rest] };
    },
  );
}

const invalidatePaths = () => void queryClient.invalidateQueries(trpc.document.path.pathFilter());

function apply({ kind, subjectId: id, subjectName: name }: Event): void {
  switch (kind) {
    case "document.updated":
    case "folder.renamed":
      if (id !== null && name !== null) {
        if (renameInCache(id, name).length > 0) void invalidateSiblings(id);
        updateShortcuts(id, name);
      }
      if (kind === "folder.renamed") invalidatePaths();
      return;
    case "document.deleted":
    case "document.purged":
    case "folder.deleted":
      if (id !== null) {
        removeFromCache(id);
        updateShortcuts(id, null);
      }
      void queryClient.invalidateQueries(trpc.document.trash.pathFilter());
      return;
    // The event does not contain the new location, so visible folders are refetched.
    case "document.created":
    case "document.moved":
    case "folder.created":
    case "folder.moved":
      invalidatePaths();
      invalidateFoldersDebounced();
      return;
    case "document.restored":
    case "folder.restored":
      invalidatePaths();
      invalidateShortcuts();
      invalidateFoldersDebounced();
      void queryClient.invalidateQueries(trpc.document.trash.pathFilter());
      return;
    case "member.joined":
    case "member.left":
    case "member.removed":
    case "member.roleChanged":
    case "workspace.transferred":
    case "invitation.created":
    case "invitation.revoked":
      void queryClient.invalidateQueries(trpc.workspace.member.pathFilter());
      void queryClient.invalidateQueries(trpc.workspace.invitation.pathFilter());
      void queryClient.invalidateQueries(trpc.workspace.get.pathFilter());
      return;
    case "workspace.updated":
    case "workspace.deleted":
    case "workspace.restored":
      void queryClient.invalidateQueries(trpc.workspace.get.pathFilter());
      void queryClient.invalidateQueries(trpc.workspace.list.pathFilter());
      return;
    case "file.created":
    case "file.moved":
      void queryClient.invalidateQueries(trpc.file.pathFilter());
      return;
    case "file.deleted":
    case "file.restored":
    case "file.purged":
      void queryClient.invalidateQueries(trpc.file.pathFilter());
      void queryClient.invalidateQueries(trpc.document.trash.pathFilter());
      return;
    case "workspace.created":
    case "comment.created":
    case "comment.resolved":
    case "share.created":
    case "share.revoked":
      return;
    default:
      kind satisfies never;
  }
}
