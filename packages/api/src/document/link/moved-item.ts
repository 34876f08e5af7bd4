import type { MovedLinkCountInput } from "@mdreader/contract";
import { documents, type Executor, folders } from "@mdreader/db";
import { createLink, readTargets } from "@mdreader/markdown";
import { and, eq, isNull, type SQL } from "drizzle-orm";

import { AppError } from "../../errors.ts";
import { readFolderPaths } from "../folder/paths.ts";
import { toFileName } from "./paths.ts";

/** A renamed or moved document or folder. Paths are names from the root down, ending with its own (or its file's). */
export interface MovedItem {
  kind: "document" | "folder";
  id: string;
  from: string[];
  to: string[];
}

/**
 * Returns the previous and current paths of an item.
 * @throws AppError NOT_FOUND for the item, or for its previous folder.
 */
export async function findMoved(
  db: Executor,
  workspaceId: string,
  { kind, id, fromName, fromFolderId }: MovedLinkCountInput,
): Promise<MovedItem> {
  const now = await (kind === "document"
    ? findDocument(db, workspaceId, id)
    : findFolder(db, workspaceId, id));
  if (fromFolderId) await findFolder(db, workspaceId, fromFolderId, "any");
  const before = {
    name: fromName ?? now.name,
    folderId: fromFolderId === undefined ? now.folderId : fromFolderId,
  };
  const getFolderPath = await readFolderPaths(db, [before.folderId, now.folderId]);
  const [from = [], to = []] = [before, now].map(({ name, folderId }) => [
    ...getFolderPath(folderId),
    kind === "document" ? toFileName(name) : name,
  ]);
  return { kind, id, from, to };
}

interface Position {
  name: string;
  folderId: string | null;
}

async function findDocument(db: Executor, workspaceId: string, id: string): Promise<Position> {
  const [found] = await db
    .select({ name: documents.title, folderId: documents.folderId })
    .from(documents)
    .where(and(eq(documents.id, id), eq(documents.workspaceId, workspaceId), isNull(documents.deletedAt)));
  if (found === undefined) throw new AppError("NOT_FOUND");
  return found;
}

/** @param state "any" includes folders in the trash, because items may have been moved out before. */
async function findFolder(
  db: Executor,
  workspaceId: string,
  id: string,
  state: "live" | "any" = "live",
): Promise<Position> {
  const isThere: SQL | undefined = state === "live" ? isNull(folders.deletedAt) : undefined;
  const [found] = await db
    .select({ name: folders.name, folderId: folders.parentId })
    .from(folders)
    .where(and(eq(folders.id, id), eq(folders.workspaceId, workspaceId), isThere));
  if (found === undefined) throw new AppError("NOT_FOUND");
  return found;
}

export const isSamePath = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((name, index) => name === b[index]);

const isWithin = (path: readonly string[], folder: readonly string[]): boolean =>
  path.length >= folder.length && folder.every((name, index) => name === path[index]);

/** Whether a path led to the moved item, or into it, before the move. */
export const ledToMovedItem = ({ kind, from }: MovedItem, path: readonly string[]): boolean =>
  kind === "folder" ? isWithin(path, from) : isSamePath(path, from);

/** Returns the current path of the item that had this path before. */
const currentPath = (moved: MovedItem, path: readonly string[]): string[] =>
  ledToMovedItem(moved, path) ? [...moved.to, ...path.slice(moved.from.length)] : [...path];

/** Whether a path leads to the moved item now. It may be below its previous path. */
export const leadsToMovedItem = ({ kind, to }: MovedItem, path: readonly string[]): boolean =>
  kind === "folder" ? isWithin(path, to) : isSamePath(path, to);

/** Returns the previous folders of a document; null if it did not move. */
export function previousFolders(
  { kind, id, from, to }: MovedItem,
  document: { id: string; folders: readonly string[] },
): string[] | null {
  if (kind === "document") return document.id === id ? from.slice(0, -1) : null;
  return isWithin(document.folders, to) ? [...from, ...document.folders.slice(to.length)] : null;
}

/** An interpretation of a link: the path that it led to, and the current path of the same item. */
export interface LinkReading {
  before: string[];
  now: string[];
}

/** Returns the possible interpretations of a link in a document in the folders `origin`, most likely first. */
export const listReadings = (moved: MovedItem, link: string, origin: readonly string[]): LinkReading[] =>
  readTargets(link, origin).map(({ names }) => ({ before: names, now: currentPath(moved, names) }));

/**
 * Returns the new link for a document in the folders `origin`. It keeps the style of the old one: absolute or
 * relative, with its `./`, trailing slash, query and fragment.
 */
export function rewriteTarget(link: string, { before, now }: LinkReading, origin: readonly string[]): string {
  const place = { folders: now.slice(0, -1), file: now.at(-1) ?? "" };
  const relative = createLink(origin, place);
  const isBelow = !relative.startsWith("../");
  const prefix = link.startsWith("./") && isBelow ? "./" : "";
  const path = link.startsWith("/") ? `/${createLink([], place)}` : prefix + relative;
  // If `?` and `#` were read as parts of names, there is no query or fragment.
  const plain = link.split("/").filter((name) => !["", ".", ".."].includes(name));
  const isPlain = before.join("/").endsWith(plain.join("/"));
  const suffix = isPlain ? "" : (/[?#].*$/s.exec(link)?.[0] ?? "");
  const bare = link.slice(0, link.length - suffix.length);
  return path + (bare.endsWith("/") ? "/" : "") + suffix;
}
