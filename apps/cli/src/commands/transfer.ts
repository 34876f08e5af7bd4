import { type Command, Option } from "commander";

import { type Cli, defineAction } from "../cli.ts";
import { describeError, toExitCode, exitCodes, withFileFailure } from "../failure.ts";
import { findPlace, type PlaceOptions } from "../lookup/item.ts";
import { addWorkspaceOption } from "../lookup/workspace.ts";
import { formatCount, toOneLine } from "../output.ts";
import { createProgress } from "../progress.ts";
import { exportZip, importZip, isArchive, type ZipExport, type ZipReport } from "../transfer/archive.ts";
import { listAttachments } from "../transfer/attachments.ts";
import { type ExportReport, exportFolder } from "../transfer/export.ts";
import { type ImportReport, importScan } from "../transfer/import.ts";
import { detectNameRules } from "../transfer/name-rules.ts";
import { isDocumentName, markdownExtensions } from "../transfer/names.ts";
import { readPathOptions } from "../transfer/paths.ts";
import { listProblems } from "../transfer/report.ts";
import { countFiles, scan, type ScannedFolder } from "../transfer/scan.ts";
import { openTarget } from "../transfer/write-tree.ts";

interface ImportOptions extends PlaceOptions {
  extension: string[];
  exclude?: string[];
  includeHidden?: boolean;
  /** Whether files other than Markdown are imported too. */
  files: boolean;
}

interface ExportOptions extends PlaceOptions {
  overwrite?: boolean;
}

/** `import` and `export`. */
export function addTransferCommands(program: Command): void {
  addImport(program);
  addExport(program);
}

function addImport(program: Command): void {
  const command = addWorkspaceOption(
    program
      .command("import")
      .argument("<dir>", "a local folder of Markdown files, or a zip archive")
      .description("import a folder of Markdown, with subfolders, or a zip archive"),
  )
    .option("--folder <folder>", "path or ID of the destination; default: the top level of the workspace")
    .addOption(
      new Option("--extension <extensions...>", "the file types to import as documents")
        .choices(markdownExtensions.map((extension) => extension.slice(1)))
        .default(
          markdownExtensions.filter(isDocumentName).map((extension) => extension.slice(1)),
          "all except txt",
        ),
    )
    .option("--exclude <names...>", "names of files and folders to leave out")
    .option("--include-hidden", "include hidden files and folders, but never secrets")
    .option("--no-files", "leave out files other than Markdown, such as images")
    .addHelpText(
      "after",
      `
Markdown files become documents: guide.md is titled "guide". An existing document of that name is updated if its text
differs, so importing again applies only the changes. Images and other files are imported to the same paths and replace
existing files that differ. Links to folders are not followed.
In exports of other programs, IDs at the end of names and encoded characters are removed, and links follow the new names.
Left out and listed: version control folders, dependencies, known secrets, hidden files, and everything that matches
.mdreaderignore in the folder (.gitignore syntax).
Exit code 3: some files could not be imported; they are listed, and all others were imported.

The server unpacks zip archives, including images and other files.

Examples:
  mdreader import ./docs
  mdreader import ./vault.zip
  mdreader import ~/vault --extension md mdx --exclude drafts`,
    );
  defineAction<ImportOptions>(command, async (cli, options, dir) => {
    const folder = cli.path(dir);
    if (await isArchive(folder)) {
      const report = await importZip(
        folder,
        await findPlace(cli, options),
        cli,
        options.includeHidden ?? false,
      );
      return printResult(cli, report, null, formatArchiveImport(report));
    }
    const extensions = options.extension.map((extension) => `.${extension}`);
    const found = await withFileFailure(dir, async () =>
      scan(folder, {
        paths: await readPathOptions(folder, options),
        isDocument: (path) => extensions.some((extension) => path.toLowerCase().endsWith(extension)),
        others: options.files,
        allowSpaces: true,
      }),
    );
    const { report, stoppedBy } = await importScan(found, await findPlace(cli, options), {
      client: cli.client,
      rules: await detectNameRules(folder),
      progress: createProgress("Importing", cli.output.json),
    });
    if (countFiles(found.root) === 0) cli.output.note(describeLack(dir, extensions, found.root));
    return printResult(cli, report, stoppedBy, formatImport(report));
  });
}

/** Says that a folder contains no Markdown, and what to do if it contains archives, as a downloaded export may. */
function describeLack(dir: string, extensions: readonly string[], root: ScannedFolder): string {
  const lack = `${dir} contains no Markdown files (${extensions.join(", ")}).`;
  const archive = listAttachments(root).find(({ path }) => /\.zip$/i.test(path));
  if (archive === undefined) return lack;
  const path = toOneLine(`${dir.replace(/\/$/, "")}/${archive.path}`);
  return `${lack}\nArchives in a folder are imported as files. To import what is in one, run: mdreader import "${path}"`;
}

function addExport(program: Command): void {
  const command = addWorkspaceOption(
    program
      .command("export")
      .argument("<dir>", "the folder to write to, created if missing; or a file name that ends in .zip")
      .description("export a workspace as Markdown files to a folder or zip archive"),
  )
    .option("--folder <folder>", "export only this folder and its subfolders, given by its path or ID")
    .option("--overwrite", "replace existing files that differ")
    .addHelpText(
      "after",
      `
Files keep the names and bytes that they were imported with; images and other files are exported too. Nothing is removed
from the folder, and links are not followed.
Exit code 3: some files could not be written; they are listed, and all others were written.

Examples:
  mdreader export ./backup
  mdreader export ./backup.zip
  mdreader export ./docs --folder Guides --overwrite`,
    );
  defineAction<ExportOptions>(command, async (cli, options, dir) => {
    const place = await findPlace(cli, options);
    if (/\.zip$/i.test(dir)) {
      const written = await exportZip(place, cli.path(dir), cli, options.overwrite ?? false);
      cli.output.result(written, () => formatZipExport(dir, written));
      return exitCodes.done;
    }
    const target = await withFileFailure(dir, () => openTarget(cli.path(dir)));
    const { report, stoppedBy } = await exportFolder(place, target, {
      client: cli.client,
      rules: await detectNameRules(target.path),
      progress: createProgress("Exporting", cli.output.json),
      overwrite: options.overwrite ?? false,
    });
    return printResult(cli, report, stoppedBy, formatExport(report));
  });
}

/** Prints the report, and the error if the transfer was aborted. Returns the exit code. */
function printResult(
  { output, url, usesToken }: Cli,
  report: ImportReport | ExportReport | ZipReport,
  stoppedBy: unknown,
  words: string,
): number {
  if (stoppedBy !== null) {
    output.note(words);
    const failure = describeError(stoppedBy, { url, usesToken });
    output.failure(failure, { report });
    return toExitCode(failure);
  }
  output.result(report, () => words);
  return report.failed.length > 0 ? exitCodes.partly : exitCodes.done;
}

function formatImport(report: ImportReport): string {
  const { created, updated, unchanged, foldersCreated, files, failed, skipped, leftOut } = report;
  const folders = foldersCreated > 0 ? `, in ${formatCount(foldersCreated, "new folder")}` : "";
  return [
    `${formatCount(created + updated + unchanged, "file")}: ${created} created${folders}, ${updated} updated, ${unchanged} unchanged.`,
    ...(files > 0 ? [`${formatCount(files, "other file")} imported.`] : []),
    ...listProblems("Left out:", leftOut, 20),
    ...listProblems("Not followed:", skipped, 10),
    ...listProblems("Not imported:", failed),
  ].join("\n");
}

function formatArchiveImport(report: ZipReport): string {
  const { created, updated, unchanged, files, folders, failed, skipped, uncertainNames, notListed } = report;
  return [
    `${formatCount(created + updated + unchanged, "document")}: ${created} created, ${updated} updated, ${unchanged} unchanged.`,
    `${formatCount(files, "file")} and ${formatCount(folders, "folder")} added.`,
    ...listProblems("Left out:", skipped, 20),
    ...listProblems("Not imported:", failed),
    ...listProblems("Imported, but check the names:", uncertainNames, 20),
    ...(notListed > 0 ? ["", `${notListed} more are not listed.`] : []),
  ].join("\n");
}

function formatZipExport(path: string, { bytes, renamed, notListed }: ZipExport): string {
  const others = renamed.map((item) => ({
    path: item.path,
    message: `renamed to ${toOneLine(item.newPath)}`,
  }));
  return [
    `Wrote ${path}: ${bytes} bytes.`,
    ...listProblems("Renamed in the archive so that it unpacks on every system:", others, 20),
    ...(notListed > 0 ? [`  … and ${notListed} more`] : []),
  ].join("\n");
}

function formatExport({ written, unchanged, folders, files, failed, leftOut }: ExportReport): string {
  return [
    `${formatCount(written + unchanged, "file")} in ${formatCount(folders, "folder")}: ${written} written, ${unchanged} unchanged.`,
    ...(files > 0 ? [`${formatCount(files, "other file")} exported.`] : []),
    ...listProblems("Left out:", leftOut, 20),
    ...listProblems("Not written:", failed),
  ].join("\n");
}
