import type { Command } from "commander";

import { type Cli, defineAction } from "../cli.ts";
import {
  formatUpdatedLinks,
  updateLinksHelp,
  type UpdateLinksOptions,
  updateMovedLinks,
} from "../document/moved-links.ts";
import { Failure } from "../failure.ts";
import { isId } from "../lookup/id.ts";
import {
  addSiblingOptions,
  findFolderId,
  findInTree,
  findItem,
  findSiblings,
  type SiblingOptions,
} from "../lookup/item.ts";
import { sortAsTree } from "../lookup/tree-order.ts";
import { normalizePath, type PlacedItem, readTree, splitPath } from "../lookup/tree.ts";
import { addWorkspaceOption, findWorkspaceId, type WorkspaceOptions } from "../lookup/workspace.ts";
import { formatCount, formatTable } from "../output.ts";

interface RenameOptions extends WorkspaceOptions, UpdateLinksOptions {}

interface MoveOptions extends RenameOptions, SiblingOptions {}

interface DeleteOptions extends WorkspaceOptions {
  onlyIfEmpty?: boolean;
}

/** `folder list`, `create`, `rename`, `move` and `delete`. */
export function addFolderCommands(program: Command): void {
  const folder = program.command("folder").description("list, create, rename, move and delete folders");
  addList(folder);
  addCreate(folder);
  addRename(folder);
  addMove(folder);
  addDelete(folder);
}

function addList(parent: Command): void {
  const list = addWorkspaceOption(parent.command("list").description("list the folders of a workspace"));
  defineAction<WorkspaceOptions>(list, async (cli, options) => {
    const workspaceId = await findWorkspaceId(cli, options);
    const tree = await readTree(cli, workspaceId);
    const { items } = tree;
    const listed = items
      .filter(({ kind }) => kind === "folder")
      .map(({ id, path, name, folderId }) => {
        const inside = items.filter((item) => item.folderId === id);
        const count = (kind: PlacedItem["kind"]) => inside.filter((item) => item.kind === kind).length;
        return { id, path, name, folderId, documents: count("document"), files: count("file") };
      });
    const sorted = await sortAsTree(cli.client, workspaceId, tree, listed);
    const folders = sorted.map(({ id, path, name, folderId: parentId, documents, files }) => ({
      id,
      path,
      name,
      parentId,
      documents,
      files,
    }));
    cli.output.result(folders, () =>
      folders.length === 0
        ? "No folders."
        : formatTable(
            ["FOLDER", "DOCUMENTS", "FILES", "ID"],
            folders.map(({ path, documents, files, id }) => [path, `${documents}`, `${files}`, id]),
          ),
    );
  });
}

function addCreate(parent: Command): void {
  const create = addWorkspaceOption(
    parent.command("create").argument("<path>", "the path of the new folder").description("create a folder"),
  ).addHelpText(
    "after",
    `
Examples:
  mdreader folder create Guides
  mdreader folder create Guides/Advanced`,
  );
  defineAction<WorkspaceOptions>(create, async (cli, options, path) => {
    const workspaceId = await findWorkspaceId(cli, options);
    const { folder, name } = splitPath(normalizePath(path));
    if (name === "") throw new Failure("USAGE", "The path must end with a folder name.");
    const parentId =
      folder === "" ? null : await findFolderId(cli, folder, { workspace: workspaceId, exact: true });
    const created = await cli.client.document.folder.create.mutate({ workspaceId, name, parentId });
    cli.output.result(created, () => `Created “${normalizePath(path)}”  ${created.id}`);
  });
}

function addRename(parent: Command): void {
  const rename = addWorkspaceOption(
    parent
      .command("rename")
      .argument("<folder>", "path or ID")
      .argument("<name>", "the new name")
      .description("rename a folder"),
  ).option("--update-links", updateLinksHelp);
  defineAction<RenameOptions>(rename, async (cli, options, given, name: string) => {
    const folder = await findFolder(cli, given, options);
    const renamed = await cli.client.document.folder.rename.mutate({ id: folder.id, name });
    const links = await updateMovedLinks(cli, options, {
      workspaceId: renamed.workspaceId,
      kind: "folder",
      id: renamed.id,
      fromName: folder.name,
    });
    cli.output.result(
      { ...renamed, links },
      () => `Renamed “${folder.path}” to “${renamed.name}”.${formatUpdatedLinks(links)}`,
    );
  });
}

function addMove(parent: Command): void {
  const move = addSiblingOptions(
    addWorkspaceOption(
      parent
        .command("move")
        .argument("<folder>", "path or ID")
        .argument("<destination>", "path or ID of the new parent; / is the top level")
        .description(
          "move a folder with its contents into another folder, or to another place in its folder",
        ),
    ),
    "folder",
  )
    .option("--update-links", updateLinksHelp)
    .addHelpText(
      "after",
      `
Examples:
  mdreader folder move Guides Archive
  mdreader folder move Archive/Guides /
  mdreader folder move Guides / --after Archive`,
    );
  defineAction<MoveOptions>(move, async (cli, options, given, destination: string) => {
    const folder = await findFolder(cli, given, options);
    const parentId = await findFolderId(cli, destination, options);
    const place = await findSiblings(cli, "folder", options);
    const moved = await cli.client.document.folder.move.mutate({ id: folder.id, parentId, ...place });
    const links = await updateMovedLinks(cli, options, {
      workspaceId: moved.workspaceId,
      kind: "folder",
      id: moved.id,
      fromFolderId: folder.folderId,
    });
    cli.output.result(
      { ...moved, links },
      () => `Moved “${folder.path}” to “${destination}”.${formatUpdatedLinks(links)}`,
    );
  });
}

/** A folder with its name and parent, which an ID alone does not tell. */
async function findFolder(cli: Cli, given: string, options: WorkspaceOptions): Promise<PlacedItem> {
  const tree = await readTree(cli, await findWorkspaceId(cli, options));
  const id = isId(given) ? given.toLowerCase() : findInTree(tree, "folder", given, { exact: true }).id;
  const found = tree.items.find((item) => item.kind === "folder" && item.id === id);
  if (found === undefined) throw new Failure("NOT_FOUND", `There is no folder “${given}” in this workspace.`);
  return found;
}

function addDelete(parent: Command): void {
  const remove = addWorkspaceOption(
    parent
      .command("delete")
      .argument("<folder>", "path or ID")
      .description("move a folder with its contents to the trash"),
  ).option("--only-if-empty", "fail if the folder isn't empty");
  defineAction<DeleteOptions>(remove, async (cli, { onlyIfEmpty = false, ...options }, given) => {
    const { id, label } = await findItem(cli, "folder", given, { ...options, exact: true });
    const deleted = await cli.client.document.folder.delete.mutate({ id, onlyIfEmpty });
    cli.output.result(deleted, () => {
      const documents = formatCount(deleted.documents, "document");
      const subfolders = formatCount(deleted.folders - 1, "subfolder");
      return `Moved “${label}” to the trash, with ${documents} and ${subfolders}.`;
    });
  });
}
