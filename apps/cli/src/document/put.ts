import { type Client, isReason, type RouterOutputs } from "@mdreader/client";

import type { Cli } from "../cli.ts";
import { Failure } from "../failure.ts";
import { isId } from "../lookup/id.ts";
import { findInTree, type FoundItem } from "../lookup/item.ts";
import { findByPath, joinPath, normalizePath, readTree, splitPath, type Tree } from "../lookup/tree.ts";
import { findWorkspaceId, type WorkspaceOptions } from "../lookup/workspace.ts";
import { toTitle } from "../transfer/names.ts";

/** Options for writing a text to a document that exists, or may exist. */
export interface PutOptions extends WorkspaceOptions {
  /** The version that the text is based on. Later edits are merged with it. */
  base?: number;
  /** Whether to replace the current text. */
  overwrite?: boolean;
  /** Whether to create missing folders. */
  parents?: boolean;
}

/** The result of writing a text. */
export interface PutResult {
  created: boolean;
  id: string;
  /** The document's path, or its ID if that was given. */
  path: string;
  version: number;
  /** Places where others changed the same lines since the base version. Both texts are kept. */
  conflicts: RouterOutputs["document"]["applyText"]["conflicts"];
}

/** Creates the document at a path, or updates it if there is one. @throws Failure */
export async function putDocument(
  cli: Cli,
  given: string,
  content: string,
  options: PutOptions,
): Promise<PutResult> {
  if (isId(given)) return updateDocument(cli.client, { id: given, label: given }, content, options);
  const workspaceId = await findWorkspaceId(cli, options);
  const tree = await readTree(cli, workspaceId);
  if (findByPath(tree, "document", given).length > 0)
    return updateDocument(cli.client, findInTree(tree, "document", given), content, options);
  if (options.base !== undefined) {
    throw new Failure("NOT_FOUND", `There is no document “${given}”, so its text has no base version.`, {
      hint: "Create it without --base.",
    });
  }
  const { folder, name } = splitPath(normalizePath(given));
  if (name === "") throw new Failure("USAGE", "The path must end with a title.");
  const title = toTitle(name);
  const folderId = await findOrCreateFolder(cli.client, tree, {
    workspaceId,
    path: folder,
    create: options.parents ?? false,
  });
  const { id, version } = await cli.client.document.create.mutate({ workspaceId, folderId, title, content });
  return { created: true, id, path: joinPath(folder, title), version, conflicts: [] };
}

async function updateDocument(
  client: Client,
  { id, label: path }: FoundItem,
  content: string,
  { base, overwrite = false }: PutOptions,
): Promise<PutResult> {
  if (base !== undefined) {
    const { version, conflicts } = await client.document.applyText
      .mutate({ id, baseVersion: base, text: content })
      .catch((cause: unknown) => {
        if (!isReason(cause, "VERSION_CONFLICT")) throw cause;
        throw new Failure("VERSION_CONFLICT", `“${path}” has no version ${base}.`, { cause });
      });
    return { created: false, id, path, version, conflicts };
  }
  if (overwrite) {
    const { version } = await client.document.update.mutate({ id, content, overwrite });
    return { created: false, id, path, version, conflicts: [] };
  }
  throw new Failure("USAGE", `“${path}” already exists.`, {
    hint: `Pass --base with the version that your text is based on, or --overwrite to replace the current text.`,
  });
}

/** The ID of the folder at a path; null for the top level. */
async function findOrCreateFolder(
  client: Client,
  tree: Tree,
  { workspaceId, path, create }: { workspaceId: string; path: string; create: boolean },
): Promise<string | null> {
  if (path === "") return null;
  if (!create || findByPath(tree, "folder", path).length > 0) return findFolderForNew(tree, path).id;
  const { folder, name } = splitPath(path);
  const parentId = await findOrCreateFolder(client, tree, { workspaceId, path: folder, create });
  return (await client.document.folder.create.mutate({ workspaceId, name, parentId })).id;
}

function findFolderForNew(tree: Tree, path: string): FoundItem {
  if (findByPath(tree, "folder", path).length > 0) return findInTree(tree, "folder", path);
  throw new Failure("NOT_FOUND", `There is no folder “${path}”.`, {
    hint: "Pass --parents to create missing folders.",
  });
}
