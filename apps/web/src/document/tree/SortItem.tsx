import { pagedQuery } from "@mdreader/react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { ArrowDownAZ } from "lucide-react";

import { trpc } from "../../lib/client.ts";
import { MenuItem } from "../../ui/Menu.tsx";
import { type ChildrenOrder, toFolderQueryInput } from "./node.ts";
import { useTree } from "./tree-state.ts";

/** Ends the manual order of a folder; of the top level for null. There is nothing to end if the order is by name. */
export function SortItem({ folderId, order }: { folderId: string | null; order: ChildrenOrder }) {
  const { actions } = useTree();
  if (order === "name") return null;
  return (
    <MenuItem icon={<ArrowDownAZ />} onSelect={() => actions.sortByName(folderId)}>
      Sort by name
    </MenuItem>
  );
}

/** Ends the manual order of the top level. */
export function SortRootItem() {
  const { workspaceId, mayMove } = useTree();
  const { data } = useInfiniteQuery(
    trpc.document.tree.infiniteQueryOptions(toFolderQueryInput(workspaceId, null), pagedQuery),
  );
  return mayMove && <SortItem folderId={null} order={data?.pages[0]?.childrenOrder ?? "name"} />;
}
