import type { MovedLinkCountInput } from "@mdreader/contract";
import { documents, type Executor, folders } from "@mdreader/db";
import { createLink, readTargets } from "@mdreader/markdown";
import { and, eq, isNull, type SQL } from "drizzle-orm";

import { AppError } from "../../errors.ts";
import { readFolderPaths } from "../folder/paths.ts";
import { toFileName } from "./paths.ts";

/** A document or folder that was renamed or moved. Paths are names from the root down, its own (or its file's) last. */
export interface MovedItem {
  kind: "document" | "folder";
  id: string;
  from: string[];
  to: string[];
}

/** Where something was before, and where it is. @throws AppError NOT_FOUND for it, or for the folder that it was in. */
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
  const pathOf = await readFolderPaths(db, [before.folderId, now.folderId]);
  const [from = [], to = []] = [before, now].map(({ name, folderId }) => [
    ...pathOf(folderId),
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

/** @param state Whether the folder may be in the trash: what lay in it may have been taken out before. */
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

/** Whether a path leads to what moved, or into it, as it was before. */
export const ledToMovedItem = ({ kind, from }: MovedItem, path: readonly string[]): boolean =>
  kind === "folder" ? isWithin(path, from) : isSamePath(path, from);

/** Where something is now that had this path. */
export const currentPath = (moved: MovedItem, path: readonly string[]): string[] =>
  ledToMovedItem(moved, path) ? [...moved.to, ...path.slice(moved.from.length)] : [...path];

/** Whether a path leads to where what moved is now. It may lie below where it was. */
export const leadsToMovedItem = ({ kind, to }: MovedItem, path: readonly string[]): boolean =>
  kind === "folder" ? isWithin(path, to) : isSamePath(path, to);

/** The folders that a document lay in before; null for one that has not moved along. */
export function previousFolders(
  { kind, id, from, to }: MovedItem,
  document: { id: string; folders: readonly string[] },
): string[] | null {
  if (kind === "document") return document.id === id ? from.slice(0, -1) : null;
  return isWithin(document.folders, to) ? [...from, ...document.folders.slice(to.length)] : null;
}

/** A way to read a link, by the path that it led to, and the one where that is now. */
export interface LinkReading {
  before: string[];
  now: string[];
}

/** How a link of a document in the folders `origin` can be read, likeliest first. */
export const listReadings = (moved: MovedItem, link: string, origin: readonly string[]): LinkReading[] =>
  readTargets(link, origin).map(({ names }) => ({ before: names, now: currentPath(moved, names) }));

/**
 * The link from a document in the folders `origin`, in the way in which it was written: from the root or not, with its `./`, last slash, query and fragment.
 */
export function rewriteTarget(link: string, { before, now }: LinkReading, origin: readonly string[]): string {
  const place = { folders: now.slice(0, -1), file: now.at(-1) ?? "" };
  const relative = createLink(origin, place);
  const isBelow = !relative.startsWith("../");
  const prefix = link.startsWith("./") && isBelow ? "./" : "";
  const path = link.startsWith("/") ? `/${createLink([], place)}` : prefix + relative;
  // Where `?` and `#` were read as parts of names, they begin nothing.
  const plain = link.split("/").filter((name) => !["", ".", ".."].includes(name));
  const isPlain = before.join("/").endsWith(plain.join("/"));
  const suffix = isPlain ? "" : (/[?#].*$/s.exec(link)?.[0] ?? "");
  const bare = link.slice(0, link.length - suffix.length);
  return path + (bare.endsWith("/") ? "/" : "") + suffix;
}
