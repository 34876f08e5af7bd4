import type { WorkspaceEvent } from "@mdreader/client";
import type { QueryKey } from "@tanstack/react-query";

import { type CachedList, hasItem, prependItem } from "../../cached-list.ts";
import { createTreeCache } from "../../document/tree/tree-cache.ts";
import type { QueryContext } from "../../provider.tsx";
import { createShortcutCache } from "../shortcut/shortcut-cache.ts";

/** Whether an event matches the filters of a query of the activity. */
function isAdmitted({ actor, kind, subjectId }: WorkspaceEvent, [, options]: QueryKey): boolean {
  const input: unknown =
    typeof options === "object" && options !== null && "input" in options && options.input;
  const hasKinds =
    typeof input === "object" && input !== null && "kinds" in input && Array.isArray(input.kinds);
  // Reordering is listed only if a query asks for it.
  if (kind === "folder.reordered" && !hasKinds) return false;
  if (typeof input !== "object" || input === null) return true;
  const isOfActor = !("actorId" in input) || input.actorId === undefined || input.actorId === actor?.id;
  const isAbout = !("subjectId" in input) || input.subjectId === undefined || input.subjectId === subjectId;
  return (
    isOfActor && isAbout && (!("kinds" in input) || !Array.isArray(input.kinds) || input.kinds.includes(kind))
  );
}

/** Creates a function that applies an event to the cache, and fetches only what the event lacks. */
export function createEventApplier(
  context: QueryContext,
): (workspaceId: string, event: WorkspaceEvent) => void {
  const { queryClient, trpc } = context;
  const tree = createTreeCache(context);
  const shortcuts = createShortcutCache(context);
  const invalidate = (...procedures: { pathFilter: () => { queryKey: readonly unknown[] } }[]) => {
    for (const { pathFilter } of procedures) void queryClient.invalidateQueries(pathFilter());
  };

  /** Prepends an event to the cached activity. */
  function prepend(workspaceId: string, event: WorkspaceEvent): void {
    const { queryKey, infiniteQueryKey } = trpc.workspace.activity;
    for (const key of [queryKey({ workspaceId }), infiniteQueryKey({ workspaceId })])
      queryClient.setQueriesData<CachedList<WorkspaceEvent>>(
        { queryKey: key, predicate: (query) => isAdmitted(event, query.queryKey) },
        (activity) =>
          activity === undefined || hasItem(activity, ({ seq }) => seq === event.seq)
            ? activity
            : prependItem(activity, event),
      );
  }

  function apply({ kind, subjectId: id, subjectName: name }: WorkspaceEvent): void {
    switch (kind) {
      case "document.updated":
      case "folder.renamed":
        if (id !== null && name !== null) {
          if (tree.rename(id, name)) void tree.invalidateSiblings(id);
          shortcuts.update(id, name);
        }
        if (kind === "folder.renamed") invalidate(trpc.document.path);
        return;
      case "document.deleted":
      case "document.purged":
      case "folder.deleted":
        if (id !== null) {
          tree.remove(id);
          shortcuts.update(id, null);
        }
        invalidate(trpc.document.trash);
        return;
      // The event does not contain the new location, so visible folders are fetched again.
      case "document.created":
      case "document.moved":
      case "folder.created":
      case "folder.moved":
      case "folder.reordered":
        invalidate(trpc.document.path);
        tree.invalidateFoldersDebounced();
        return;
      case "document.restored":
      case "folder.restored":
        invalidate(trpc.document.path, trpc.document.trash);
        shortcuts.invalidate();
        tree.invalidateFoldersDebounced();
        return;
      case "member.joined":
      case "member.left":
      case "member.removed":
      case "member.roleChanged":
      case "workspace.transferred":
      case "invitation.created":
      case "invitation.revoked":
        invalidate(trpc.workspace.member, trpc.workspace.invitation, trpc.workspace.get);
        return;
      case "workspace.updated":
      case "workspace.deleted":
      case "workspace.restored":
        invalidate(trpc.workspace.get, trpc.workspace.list);
        return;
      case "file.created":
      case "file.moved":
        invalidate(trpc.file);
        return;
      case "file.deleted":
      case "file.restored":
      case "file.purged":
        invalidate(trpc.file, trpc.document.trash);
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

  return (workspaceId, event) => {
    prepend(workspaceId, event);
    apply(event);
  };
}
