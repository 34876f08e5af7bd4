import type { MovedLinkCountInput } from "@mdreader/contract";
import { documents, type Executor, folders } from "@mdreader/db";
import { createLink, readTargets } from "@mdreader/markdown";
import { and, eq, isNull, type SQL } from "drizzle-orm";

import { AppError } from "../../errors.ts";
import { readFolderPaths } from "../folder/paths.ts";
import { toFileName } from "./paths.ts";
import type { LinkOrigin } from "./wiki-links.ts";

/** A renamed or moved document or folder. Paths are names from the root down, ending with its own (or its file's). */
export interface MovedItem {
  kind: "document" | "folder";
  id: string;
  from: string[];
  to: string[];
}

/** A document whose links are checked, with the names of its folders. */
export interface LinkingDocument extends LinkOrigin {
  folders: readonly string[];
}

/** A document whose links are checked, with the names of its current and previous folders. */
export interface RelocatedDocument extends LinkingDocument {
  before: readonly string[];
}

/** Maximum numbers of distinct path links and of distinct wiki links per document. Further ones are ignored. */
export const maxLinks = 500;

/**
 * Returns the previous and current paths of an item.
 * @throws AppError NOT_FOUND for the item, or for its previous folder.
 */
export async function findMovedItem(
  db: Executor,
  workspaceId: string,
  { kind, id, fromName, fromFolderId }: MovedLinkCountInput,
): Promise<MovedItem> {
  const current = await (kind === "document"
    ? readDocumentLocation(db, workspaceId, id)
    : readFolderLocation(db, workspaceId, id));
  if (fromFolderId) await readFolderLocation(db, workspaceId, fromFolderId, "any");
  const previous = {
    name: fromName ?? current.name,
    folderId: fromFolderId === undefined ? current.folderId : fromFolderId,
  };
  const getFolderPath = await readFolderPaths(db, [previous.folderId, current.folderId]);
  const [from = [], to = []] = [previous, current].map(({ name, folderId }) => [
    ...getFolderPath(folderId),
    kind === "document" ? toFileName(name) : name,
  ]);
  return { kind, id, from, to };
}

interface ItemLocation {
  name: string;
  folderId: string | null;
}

async function readDocumentLocation(db: Executor, workspaceId: string, id: string): Promise<ItemLocation> {
  const [found] = await db
    .select({ name: documents.title, folderId: documents.folderId })
    .from(documents)
    .where(and(eq(documents.id, id), eq(documents.workspaceId, workspaceId), isNull(documents.deletedAt)));
  if (found === undefined) throw new AppError("NOT_FOUND");
  return found;
}

/** @param state "any" includes folders in the trash, because items may have been moved out before. */
async function readFolderLocation(
  db: Executor,
  workspaceId: string,
  id: string,
  state: "live" | "any" = "live",
): Promise<ItemLocation> {
  const isInState: SQL | undefined = state === "live" ? isNull(folders.deletedAt) : undefined;
  const [found] = await db
    .select({ name: folders.name, folderId: folders.parentId })
    .from(folders)
    .where(and(eq(folders.id, id), eq(folders.workspaceId, workspaceId), isInState));
  if (found === undefined) throw new AppError("NOT_FOUND");
  return found;
}

export const isSamePath = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((name, index) => name === b[index]);

const isWithin = (path: readonly string[], folder: readonly string[]): boolean =>
  path.length >= folder.length && folder.every((name, index) => name === path[index]);

/** Whether a path led to the moved item, or to an item in it, before the move. */
export const ledToMovedItem = ({ kind, from }: MovedItem, path: readonly string[]): boolean =>
  kind === "folder" ? isWithin(path, from) : isSamePath(path, from);

/** Returns the current path of the item that had this path before. */
const toCurrentPath = (moved: MovedItem, path: readonly string[]): string[] =>
  ledToMovedItem(moved, path) ? [...moved.to, ...path.slice(moved.from.length)] : [...path];

/** Whether a path leads to the moved item now. It may be below its previous path. */
export const leadsToMovedItem = ({ kind, to }: MovedItem, path: readonly string[]): boolean =>
  kind === "folder" ? isWithin(path, to) : isSamePath(path, to);

/** Returns the previous folders of a document; null if it did not move. */
export function toPreviousFolders(
  { kind, id, from, to }: MovedItem,
  document: { id: string; folders: readonly string[] },
): string[] | null {
  if (kind === "document") return document.id === id ? from.slice(0, -1) : null;
  return isWithin(document.folders, to) ? [...from, ...document.folders.slice(to.length)] : null;
}

/** An interpretation of a link: the path that it led to, and the current path of the same item. */
export interface LinkInterpretation {
  before: string[];
  now: string[];
}

/** Returns the possible interpretations of a link in a document in the folders `origin`, most likely first. */
export const listInterpretations = (
  moved: MovedItem,
  link: string,
  origin: readonly string[],
): LinkInterpretation[] =>
  readTargets(link, origin).map(({ names }) => ({ before: names, now: toCurrentPath(moved, names) }));

/**
 * Returns the new link for a document in the folders `origin`. It keeps the style of the old one: absolute or
 * relative, with its `./`, trailing slash, query and fragment.
 */
export function rewriteTarget(
  link: string,
  { before, now }: LinkInterpretation,
  origin: readonly string[],
): string {
  const target = { folders: now.slice(0, -1), file: now.at(-1) ?? "" };
  const relative = createLink(origin, target);
  const isBelow = !relative.startsWith("../");
  const prefix = link.startsWith("./") && isBelow ? "./" : "";
  const path = link.startsWith("/") ? `/${createLink([], target)}` : prefix + relative;
  // If `?` and `#` were read as parts of names, there is no query or fragment.
  const literalPath = link.split("/").filter((name) => !["", ".", ".."].includes(name));
  const isLiteral = before.join("/").endsWith(literalPath.join("/"));
  const suffix = isLiteral ? "" : (/[?#].*$/s.exec(link)?.[0] ?? "");
  const withoutSuffix = link.slice(0, link.length - suffix.length);
  return path + (withoutSuffix.endsWith("/") ? "/" : "") + suffix;
}
