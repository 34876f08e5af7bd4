import { createTreeCache, pagedQuery } from "@mdreader/react";

import { queryClient, trpc } from "../../lib/client.ts";
import { toFolderQueryInput, type Place, type PositionedNode } from "./node.ts";

/**
 * The cached folders, which actions change before the server reports the change. `useWorkspaceEvents` of `@mdreader/react`
 * applies the changes of other people.
 */
export const treeCache = createTreeCache({ queryClient, trpc });

/** Returns the siblings between which a node is placed; undefined if its folder is in order by name. */
export async function findPlace(
  workspaceId: string,
  { node, folderId }: PositionedNode,
): Promise<Place | undefined> {
  const { pages } = await queryClient.ensureInfiniteQueryData(
    trpc.document.tree.infiniteQueryOptions(toFolderQueryInput(workspaceId, folderId), pagedQuery),
  );
  if (pages[0]?.childrenOrder !== "manual") return undefined;
  const siblings = pages.flatMap(({ items }) => items).filter(({ kind }) => kind === node.kind);
  const index = siblings.findIndex(({ id }) => id === node.id);
  const [previous, next] = [siblings[index - 1], siblings[index + 1]];
  if (index < 0 || (previous ?? next) === undefined) return undefined;
  return { ...(previous && { afterId: previous.id }), ...(next && { beforeId: next.id }) };
}
