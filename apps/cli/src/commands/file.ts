import { openAsBlob } from "node:fs";
import { stat } from "node:fs/promises";
import { basename, join } from "node:path";

import { everyItem, type WorkspaceFile } from "@mdreader/client";
import type { Command } from "commander";

import { type Cli, defineAction } from "../cli.ts";
import { withFileFailure } from "../failure.ts";
import { writeStream } from "../files.ts";
import { findDocumentId, findFolderId, findItem, findPlace, type PlaceOptions } from "../lookup/item.ts";
import { comparePaths, joinPath, readTree, splitPath } from "../lookup/tree.ts";
import { addWorkspaceOption, findWorkspaceId, type WorkspaceOptions } from "../lookup/workspace.ts";
import { formatBytes, formatCount, formatTable, formatTime } from "../output.ts";
import { createProgress } from "../progress.ts";
import { getTerminal } from "../terminal.ts";
import { toSafeFileName } from "../transfer/names.ts";

interface ListOptions extends WorkspaceOptions {
  document?: string;
}

interface UploadOptions extends PlaceOptions {
  document?: string;
  replace?: boolean;
}

interface DownloadOptions extends WorkspaceOptions {
  output?: string;
  overwrite?: boolean;
}

/** `file list`, `upload`, `download`, `rename`, `move` and `delete`. */
export function addFileCommands(program: Command): void {
  const file = program
    .command("file")
    .description("list, upload, download, rename, move and delete images and other files");
  addList(file);
  addUpload(file);
  addDownload(file);
  addRename(file);
  addMove(file);
  addDelete(file);
}

function addList(parent: Command): void {
  const list = addWorkspaceOption(
    parent
      .command("list")
      .argument("[folder]", "list only files of this folder; / is the top level")
      .description("list the files of a workspace, a folder or a document"),
  ).option("--document <document>", "list only the attachments of this document");
  defineAction<ListOptions>(list, async (cli, { document, ...options }, folder?: string) => {
    const workspaceId = await findWorkspaceId(cli, options);
    const scope = { workspace: workspaceId };
    const files = await listFiles(cli, {
      workspaceId,
      ...(folder !== undefined && { folderId: await findFolderId(cli, folder, scope) }),
      ...(document !== undefined && { documentId: await findDocumentId(cli, document, scope) }),
    });
    const { folderPath } = await readTree(cli, workspaceId);
    const placed = files
      .map((one) => ({ ...one, fullPath: joinPath(folderPath(one.folderId), one.path) }))
      .toSorted((one, other) => comparePaths(one.fullPath, other.fullPath));
    cli.output.result(placed, () =>
      placed.length === 0
        ? "No files."
        : formatTable(
            ["FILE", "TYPE", "SIZE", "ADDED", "ID"],
            placed.map(({ fullPath, mediaType, size, createdAt, id }) => [
              fullPath,
              mediaType,
              formatBytes(size),
              formatTime(createdAt),
              id,
            ]),
          ),
    );
    if (cli.output.json) return;
    const { usedBytes, quotaBytes } = await cli.client.file.usage.query({ workspaceId });
    cli.output.note(`\n${formatBytes(usedBytes)} of ${formatBytes(quotaBytes)} used.`);
  });
}

function listFiles(
  { client }: Cli,
  input: { workspaceId: string; folderId?: string | null; documentId?: string },
) {
  return Array.fromAsync(everyItem((cursor) => client.file.list.query({ ...input, cursor, limit: 100 })));
}

function addUpload(parent: Command): void {
  const upload = addWorkspaceOption(
    parent
      .command("upload")
      .argument("<files...>", "the files on this computer")
      .description("upload files to a folder, or as attachments of a document"),
  )
    .option("--folder <folder>", "path or ID of the folder; default: the top level")
    .option("--document <document>", "attach the files to this document")
    .option(
      "--replace",
      "replace files with the same name, which move to the trash; default: rename the new ones",
    )
    .addHelpText(
      "after",
      `
Examples:
  mdreader file upload logo.png --folder Brand
  mdreader file upload *.png --document "Notes/Plan"`,
    );
  defineAction<UploadOptions>(upload, async (cli, { document, replace, ...options }, ...given) => {
    const { workspaceId, folderId } = await findPlace(cli, options);
    const target =
      document === undefined
        ? { folderId }
        : { documentId: await findDocumentId(cli, document, { workspace: workspaceId }) };
    const progress = createProgress("Uploading", cli.output.json);
    progress.total = given.length;
    const uploaded: WorkspaceFile[] = [];
    try {
      for (const path of given) {
        const bytes = await withFileFailure(path, () => openAsBlob(cli.path(path)));
        uploaded.push(
          await cli.client.uploadFile(workspaceId, bytes, {
            ...target,
            name: basename(path),
            onConflict: replace ? "replace" : "rename",
          }),
        );
        progress.step(path);
      }
    } finally {
      progress.end();
    }
    cli.output.result(uploaded, () =>
      formatTable(
        ["FILE", "SIZE", "ID"],
        uploaded.map(({ path, size, id }) => [path, formatBytes(size), id]),
      ),
    );
  });
}

function addDownload(parent: Command): void {
  const download = addWorkspaceOption(
    parent.command("download").argument("<file>", "path or ID").description("download a file"),
  )
    .option(
      "-o, --output <path>",
      "the file or folder to write to, or - for stdout; default: the file's name",
    )
    .option("--overwrite", "replace an existing file")
    .addHelpText(
      "after",
      `
Examples:
  mdreader file download Brand/logo.png
  mdreader file download Brand/logo.png --output - | wc -c`,
    );
  defineAction<DownloadOptions>(download, async (cli, options, given) => {
    const { id } = await findItem(cli, "file", given, options);
    const file = await cli.client.file.get.query({ id });
    const { downloadFile } = await import("../transfer/download.ts");
    const { output: name = "." } = options;
    if (name === "-") {
      await downloadFile(cli.client, file, () => getTerminal().stdout, { end: false });
      return;
    }
    const path = await toTarget(cli.path(name), file.name);
    await withFileFailure(path, () =>
      writeStream(path, (open) => downloadFile(cli.client, file, open), options.overwrite ?? false),
    );
    cli.output.result({ ...file, writtenTo: path }, () => `Wrote ${path}: ${formatBytes(file.size)}.`);
  });
}

/** The path to write to: below a folder, the name of the file. */
async function toTarget(path: string, name: string): Promise<string> {
  const isFolder = (await stat(path).catch(() => null))?.isDirectory() ?? false;
  if (!isFolder) return path;
  const { detectNameRules } = await import("../transfer/name-rules.ts");
  return join(path, toSafeFileName(name, await detectNameRules(path)));
}

function addRename(parent: Command): void {
  const rename = addWorkspaceOption(
    parent
      .command("rename")
      .argument("<file>", "path or ID")
      .argument("<name>", "the new name")
      .description("rename a file"),
  );
  defineAction<WorkspaceOptions>(rename, async (cli, options, given, name: string) => {
    const { id, label } = await findItem(cli, "file", given, { ...options, exact: true });
    const { path } = await cli.client.file.get.query({ id });
    const renamed = await cli.client.file.move.mutate({ id, path: joinPath(splitPath(path).folder, name) });
    cli.output.result(renamed, () => `Renamed “${label}” to “${renamed.name}”.`);
  });
}

function addMove(parent: Command): void {
  const move = addWorkspaceOption(
    parent
      .command("move")
      .argument("<file>", "path or ID")
      .argument("<folder>", "path or ID of the destination; / is the top level")
      .description("move a file to another folder"),
  );
  defineAction<WorkspaceOptions>(move, async (cli, options, given, folder: string) => {
    const { id, label } = await findItem(cli, "file", given, { ...options, exact: true });
    const moved = await cli.client.file.move.mutate({
      id,
      folderId: await findFolderId(cli, folder, options),
    });
    cli.output.result(moved, () => `Moved “${label}” to “${folder}”.`);
  });
}

function addDelete(parent: Command): void {
  const remove = addWorkspaceOption(
    parent.command("delete").argument("<files...>", "paths or IDs").description("move files to the trash"),
  );
  defineAction<WorkspaceOptions>(remove, async (cli, options, ...given) => {
    const found = [];
    for (const name of given) found.push(await findItem(cli, "file", name, { ...options, exact: true }));
    for (const { id } of found) await cli.client.file.delete.mutate({ id });
    cli.output.result(
      found.map(({ id, label }) => ({ id, path: label })),
      () => `Moved ${formatCount(found.length, "file")} to the trash.`,
    );
  });
}
