import type { Command } from "commander";

import type { Cli } from "../cli.ts";
import { chooseOne } from "./choose.ts";
import { isId } from "./id.ts";
import { findByPath, findBelow, findSimilar, normalizePath, readTree, type Tree } from "./tree.ts";
import { findWorkspaceId, type WorkspaceOptions } from "./workspace.ts";

export type ItemKind = "document" | "folder" | "file";

/** An item that an operand names. */
export interface FoundItem {
  id: string;
  /** The item's path, or the ID if the operand is one. */
  label: string;
}

interface LookupOptions extends WorkspaceOptions {
  /**
   * Whether only the full path names an item, and not its last part. For commands after which the same path may lead to
   * another item, because a script may run them twice.
   */
  exact?: boolean;
}

/** Finds an item by its ID or path. @throws Failure NOT_FOUND or AMBIGUOUS. */
export async function findItem(
  cli: Cli,
  kind: ItemKind,
  given: string,
  options: LookupOptions,
): Promise<FoundItem> {
  if (isId(given)) return { id: given, label: given };
  const tree = await readTree(cli, await findWorkspaceId(cli, options));
  return findInTree(tree, kind, given, options);
}

/** Finds an item of a workspace by its path. @throws Failure NOT_FOUND or AMBIGUOUS. */
export function findInTree(
  tree: Tree,
  kind: ItemKind,
  given: string,
  { exact = false }: Pick<LookupOptions, "exact"> = {},
): FoundItem {
  const found = findByPath(tree, kind, given);
  const { id, name } = chooseOne({
    given,
    kind,
    found: toCandidates(found.length > 0 || exact ? found : findBelow(tree, kind, given)),
    similar: toCandidates(findSimilar(tree, kind, given)),
    listHint: `List them with: mdreader ${kind} list`,
  });
  return { id, label: name };
}

const toCandidates = (items: Tree["items"]) => items.map(({ id, path }) => ({ id, name: path }));

/** The ID of the document that an operand names. */
export async function findDocumentId(cli: Cli, given: string, options: WorkspaceOptions): Promise<string> {
  return (await findItem(cli, "document", given, options)).id;
}

/** The ID of the folder that an operand names; null for the top level, `/`. */
export async function findFolderId(cli: Cli, given: string, options: LookupOptions): Promise<string | null> {
  return isTopLevel(given) ? null : (await findItem(cli, "folder", given, options)).id;
}

/** Whether a path is that of the top level. */
const isTopLevel = (path: string) => path !== "" && normalizePath(path) === "";

/** The options of a place in a workspace. */
export interface PlaceOptions extends WorkspaceOptions {
  folder?: string;
}

/** The workspace and folder that the options name; without a folder, the top level. */
export async function findPlace(
  cli: Cli,
  { folder, workspace }: PlaceOptions,
): Promise<{ workspaceId: string; folderId: string | null }> {
  const workspaceId = await findWorkspaceId(cli, workspace === undefined ? {} : { workspace });
  const folderId = folder === undefined ? null : await findFolderId(cli, folder, { workspace: workspaceId });
  return { workspaceId, folderId };
}

/** The siblings next to which a move places an item. */
export interface SiblingOptions extends WorkspaceOptions {
  before?: string;
  after?: string;
}

/** Adds the options that place a moved item among its siblings. */
export const addSiblingOptions = (command: Command, kind: ItemKind): Command =>
  command
    .option("--before <sibling>", `place it directly before this ${kind}, by path or ID`)
    .option("--after <sibling>", `place it directly after this ${kind}, by path or ID`);

/** The IDs of the siblings that the options name. @throws Failure NOT_FOUND or AMBIGUOUS. */
export async function findSiblings(
  cli: Cli,
  kind: ItemKind,
  { before, after, ...options }: SiblingOptions,
): Promise<{ beforeId?: string; afterId?: string }> {
  const find = async (given: string) => (await findItem(cli, kind, given, { ...options, exact: true })).id;
  return {
    ...(before !== undefined && { beforeId: await find(before) }),
    ...(after !== undefined && { afterId: await find(after) }),
  };
}
