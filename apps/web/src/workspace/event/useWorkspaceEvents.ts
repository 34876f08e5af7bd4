import { isReason, type RouterOutputs } from "@mdreader/client";
import { type InfiniteData, skipToken } from "@tanstack/react-query";
import { useSubscription } from "@trpc/tanstack-react-query";

import { queryClient, trpc } from "../../lib/client.ts";
import { updateShortcuts } from "../shortcut/shortcuts.ts";
import {
  removeFromCache,
  invalidateSiblings,
  invalidateFoldersDebounced,
  renameInCache,
} from "../tree/folder-cache.ts";

type Event = RouterOutputs["workspace"]["activity"]["items"][number];
type Activity = InfiniteData<RouterOutputs["workspace"]["activity"]>;

/** Follows what happens in a workspace, and has all that is shown of it follow, fetching no more than what is not known. */
export function useWorkspaceEvents(workspaceId: string, enabled: boolean): void {
  const { reset } = useSubscription(
    trpc.workspace.events.subscriptionOptions(enabled ? { workspaceId } : skipToken, {
      onData: ({ data }) => {
        noteActivity(workspaceId, data);
        apply(data);
      },
      // The stream of one who is put out ends with an error: whether it was that, the workspace itself tells.
      onError: (error) => {
        // The numbers of the events stand for others than those that were seen, as after a restored backup.
        if (isReason(error, "RESYNC_REQUIRED")) {
          void queryClient.invalidateQueries();
          // After the hook has noted the error.
          setTimeout(reset);
          return;
        }
        void queryClient.invalidateQueries(trpc.workspace.get.queryFilter({ id: workspaceId }));
        void queryClient.invalidateQueries(trpc.workspace.list.pathFilter());
      },
    }),
  );
}

/** Puts an event above those that the activity shows. */
function noteActivity(workspaceId: string, event: Event): void {
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

function apply({ kind, subjectId: id, subjectName: name }: Event): void {
  switch (kind) {
    case "document.updated":
    case "folder.renamed":
      if (id !== null && name !== null) {
        if (renameInCache(id, name).length > 0) void invalidateSiblings(id);
        updateShortcuts(id, name);
      }
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
    // The event does not say where it lies now: the levels that are shown are looked at again.
    case "document.created":
    case "document.moved":
    case "folder.created":
    case "folder.moved":
      invalidateFoldersDebounced();
      return;
    case "document.restored":
    case "folder.restored":
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
