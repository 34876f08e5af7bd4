import type { Cli } from "../cli.ts";
import type { ContentsItem } from "../sync/listing.ts";
import { toFileName } from "../transfer/names.ts";

/** An item of a workspace with its path from the top level, such as `Guides/Profiling`. */
export interface PlacedItem extends ContentsItem {
  path: string;
}

/** The folders, documents and files of a workspace, by their paths. */
export interface Tree {
  readonly items: readonly PlacedItem[];
  /** The order of the top level. */
  readonly childrenOrder: ContentsItem["childrenOrder"];
  /** The path of a folder; empty for the top level. */
  folderPath(id: string | null): string;
}

/**
 * Reads the names in a workspace. A copy of them is kept in the configuration folder, so that later commands request only
 * the changes.
 */
export async function readTree({ client, configFolder, url }: Cli, workspaceId: string): Promise<Tree> {
  // Loaded lazily to keep the help fast.
  const { openListing } = await import("../sync/listing.ts");
  const listing = await openListing(client, configFolder, { server: url, workspaceId, folderId: null });
  await listing.refresh();
  await listing.save();
  return createTree([...listing.items.values()], listing.childrenOrder);
}

/** Places items in their folders. */
export function createTree(
  items: readonly ContentsItem[],
  childrenOrder: ContentsItem["childrenOrder"] = "name",
): Tree {
  const folders = new Map(items.flatMap((item) => (item.kind === "folder" ? [[item.id, item]] : [])));
  const paths = new Map<string | null, string>([[null, ""]]);
  function toFolderPath(id: string | null): string {
    const known = paths.get(id);
    if (known !== undefined) return known;
    const folder = id === null ? undefined : folders.get(id);
    const path = folder === undefined ? "" : joinPath(toFolderPath(folder.folderId), folder.name);
    paths.set(id, path);
    return path;
  }
  return {
    items: items.map((item) => ({ ...item, path: joinPath(toFolderPath(item.folderId), toPathName(item)) })),
    childrenOrder,
    folderPath: toFolderPath,
  };
}

/** A slash in a title would look like a folder. */
const toPathName = ({ kind, name }: Pick<ContentsItem, "kind" | "name">) =>
  kind === "document" ? name.replaceAll("/", "-") : name;

export const joinPath = (folder: string, name: string) => (folder === "" ? name : `${folder}/${name}`);

/** Splits a path into its folder, which is empty for the top level, and its last name. */
export function splitPath(path: string): { folder: string; name: string } {
  const at = path.lastIndexOf("/");
  return { folder: path.slice(0, Math.max(0, at)), name: path.slice(at + 1) };
}

/** Created when it is needed, because it loads the language's data. */
let naturalOrder: Intl.Collator | null = null;

/** Orders paths as people expect, with `2` before `10`. */
export function comparePaths(one: string, other: string): number {
  naturalOrder ??= new Intl.Collator("en", { numeric: true });
  return naturalOrder.compare(one, other);
}

/** A path as it is compared: without slashes at its ends, in one Unicode form. */
export const normalizePath = (path: string) => path.replace(/^\/+|\/+$/g, "").normalize("NFC");

/** The items of a kind at exactly this path. A document is also at the path of its file, which ends in `.md`. */
export function findByPath({ items }: Tree, kind: ContentsItem["kind"], path: string): PlacedItem[] {
  const wanted = normalizePath(path);
  const itemsOfKind = items.filter((item) => item.kind === kind);
  const found = itemsOfKind.filter((item) => item.path.normalize("NFC") === wanted);
  if (found.length > 0 || kind !== "document") return found;
  return itemsOfKind.filter((item) => toFilePath(item).normalize("NFC") === wanted);
}

/** The items of a kind whose paths end with this one, such as a title alone. */
export function findBelow({ items }: Tree, kind: ContentsItem["kind"], path: string): PlacedItem[] {
  const ending = `/${normalizePath(path)}`;
  const itemsOfKind = items.filter((item) => item.kind === kind);
  const found = itemsOfKind.filter((item) => item.path.normalize("NFC").endsWith(ending));
  if (found.length > 0 || kind !== "document") return found;
  return itemsOfKind.filter((item) => toFilePath(item).normalize("NFC").endsWith(ending));
}

/** The items of a kind whose last name contains that of a path, without regard to case. */
export function findSimilar({ items }: Tree, kind: ContentsItem["kind"], path: string): PlacedItem[] {
  const part = splitPath(normalizePath(path)).name.toLowerCase();
  return items.filter((item) => item.kind === kind && splitPath(item.path).name.toLowerCase().includes(part));
}

const toFilePath = ({ path }: PlacedItem) => {
  const { folder, name } = splitPath(path);
  return joinPath(folder, toFileName(name));
};
