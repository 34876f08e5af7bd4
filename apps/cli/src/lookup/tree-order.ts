import { type Client, everyItem } from "@mdreader/client";

import { comparePaths, type Tree } from "./tree.ts";

/** An item of a list, with its location in the tree. */
interface ListedItem {
  id: string;
  folderId: string | null;
  path: string;
}

/** The places of the items of a folder in manual order, by ID. */
type Places = ReadonlyMap<string, number>;

/**
 * Sorts documents or folders as the tree shows them: by name or, in folders with manual order, as members placed them. Manual
 * orders are read from the server.
 */
export async function sortAsTree<Item extends ListedItem>(
  client: Client,
  workspaceId: string,
  tree: Tree,
  items: readonly Item[],
): Promise<Item[]> {
  const manual = tree.items.flatMap(({ kind, id, childrenOrder }) =>
    kind === "folder" && childrenOrder === "manual" ? [id] : [],
  );
  const folderIds = tree.childrenOrder === "manual" ? [null, ...manual] : manual;
  const folders = new Map(tree.items.map((item) => [item.id, item]));
  const places = new Map<string | null, Places>();
  const shown = new Set<string | null>([null, ...items.flatMap((item) => listAncestors(item))]);
  for (const folderId of folderIds) if (shown.has(folderId)) places.set(folderId, await readPlaces(folderId));

  async function readPlaces(folderId: string | null): Promise<Places> {
    const nodes = await Array.fromAsync(
      everyItem((cursor) => client.document.tree.query({ workspaceId, folderId, cursor, limit: 100 })),
    );
    return new Map(nodes.map(({ id }, index) => [id, index]));
  }

  /** The IDs of the folders that contain an item, from the top level. */
  function listAncestors({ folderId }: Pick<ListedItem, "folderId">): string[] {
    if (folderId === null) return [];
    const folder = folders.get(folderId);
    return folder === undefined ? [folderId] : [...listAncestors(folder), folderId];
  }

  /** The items on the way from the top level to an item, with the folder that contains each. */
  function listSteps(item: ListedItem): { id: string; folderId: string | null }[] {
    const ids = [...listAncestors(item), item.id];
    return ids.map((id, index) => ({ id, folderId: ids[index - 1] ?? null }));
  }

  function comparePlaces(one: ListedItem, other: ListedItem): number {
    const [left, right] = [listSteps(one), listSteps(other)];
    const at = left.findIndex(({ id }, index) => id !== right[index]?.id);
    const [first, second] = [left[at], right[at]];
    if (first === undefined || second === undefined) return left.length - right.length;
    const known = places.get(first.folderId);
    const [before, after] = [known?.get(first.id), known?.get(second.id)];
    return before === undefined || after === undefined ? comparePaths(one.path, other.path) : before - after;
  }

  return places.size === 0
    ? items.toSorted((one, other) => comparePaths(one.path, other.path))
    : items.toSorted(comparePlaces);
}
