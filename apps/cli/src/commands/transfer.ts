import { type Command, Option } from "commander";

import { type Cli, defineAction } from "../cli.ts";
import { describeError, toExitCode, exitCodes, withFileFailure } from "../failure.ts";
import { formatCount, toOneLine } from "../output.ts";
import { createProgress } from "../progress.ts";
import { exportZip, importZip, isArchive, type ZipExport, type ZipReport } from "../transfer/archive.ts";
import { type ExportReport, exportFolder } from "../transfer/export.ts";
import { type ImportReport, importScan } from "../transfer/import.ts";
import type { ListedFolder } from "../transfer/listing.ts";
import { detectNameRules } from "../transfer/name-rules.ts";
import { isDocumentName, markdownExtensions } from "../transfer/names.ts";
import { readPathOptions } from "../transfer/paths.ts";
import { listProblems } from "../transfer/report.ts";
import { countFiles, scan } from "../transfer/scan.ts";
import { openTarget } from "../transfer/write-tree.ts";

interface PlaceOptions {
  workspace: string;
  folder?: string;
}

interface ImportOptions extends PlaceOptions {
  extension: string[];
  exclude?: string[];
  includeHidden?: boolean;
  /** Whether other files than Markdown are taken, too. */
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
  const command = program
    .command("import")
    .argument("<dir>", "the folder with the Markdown files, or a zip archive of one")
    .description("bring a folder of Markdown, with its sub-folders, or a zip archive into a workspace")
    .requiredOption("--workspace <id>", "the workspace")
    .option("--folder <id>", "the folder in it that things go into; without it, the top")
    .addOption(
      new Option("--extension <endings...>", "which files to take")
        .choices(markdownExtensions.map((ending) => ending.slice(1)))
        .default(
          markdownExtensions.filter(isDocumentName).map((ending) => ending.slice(1)),
          "all but txt",
        ),
    )
    .option("--exclude <names...>", "folders and files to leave out, by name")
    .option("--include-hidden", "take hidden files and folders, too; secrets never are")
    .option("--no-files", "leave out what is no Markdown, such as pictures")
    .addHelpText(
      "after",
      `
Files become documents: guide.md is titled "guide". Where a document of that name is in that folder already, it is
updated if its text differs, so that importing again brings what changed. Links to folders are not followed.
Pictures and other files come along to the same paths; a changed one replaces what was there.
Left out and listed: folders of version control, dependencies, known secrets, hidden files, and what .mdreaderignore in the
folder says, which is written as a .gitignore.
Exit code 3: some files could not be taken; they are listed, and the rest is there.

A zip archive is unpacked by the server, with its pictures and other files at their paths.

Examples:
  mdreader import ./docs --workspace 0190c1f6-…
  mdreader import ./vault.zip --workspace 0190c1f6-…
  mdreader import ~/vault --workspace 0190c1f6-… --extension md mdx --exclude drafts`,
    );
  defineAction<ImportOptions>(command, async (cli, options, dir) => {
    const folder = cli.path(dir);
    if (await isArchive(folder)) {
      const report = await importZip(folder, readPlace(options), cli, options.includeHidden ?? false);
      return printResult(cli, report, null, formatArchiveImport(report));
    }
    const endings = options.extension.map((ending) => `.${ending}`);
    const found = await withFileFailure(dir, async () =>
      scan(folder, {
        paths: await readPathOptions(folder, options),
        isDocument: (path) => endings.some((ending) => path.toLowerCase().endsWith(ending)),
        others: options.files,
      }),
    );
    const { report, stoppedBy } = await importScan(found, readPlace(options), {
      client: cli.client,
      rules: await detectNameRules(folder),
      progress: createProgress("Importing", cli.output.json),
    });
    if (countFiles(found.root) === 0)
      cli.output.note(`There are no ${endings.join(" or ")} files in ${dir}.`);
    return printResult(cli, report, stoppedBy, formatImport(report));
  });
}

function addExport(program: Command): void {
  const command = program
    .command("export")
    .argument(
      "<dir>",
      "the folder to write to, which is made where it is missing; or a name that ends in .zip",
    )
    .description(
      "write the documents of a workspace to a folder, as Markdown files, or all of it to a zip archive",
    )
    .requiredOption("--workspace <id>", "the workspace")
    .option("--folder <id>", "only this folder of it, and what is below")
    .option("--overwrite", "replace files that are there with other text")
    .addHelpText(
      "after",
      `
Each file has the bytes that were imported, and the name; pictures and other files come along. Nothing is removed from the folder, and no link is followed.
Exit code 3: some files could not be written; they are listed, and the rest is there.

Examples:
  mdreader export ./backup --workspace 0190c1f6-…
  mdreader export ./backup.zip --workspace 0190c1f6-…
  mdreader export ./docs --workspace 0190c1f6-… --folder 0190c1f7-… --overwrite`,
    );
  defineAction<ExportOptions>(command, async (cli, options, dir) => {
    if (/\.zip$/i.test(dir)) {
      const written = await exportZip(readPlace(options), cli.path(dir), cli, options.overwrite ?? false);
      cli.output.result(written, () => formatZipExport(dir, written));
      return exitCodes.done;
    }
    const target = await withFileFailure(dir, () => openTarget(cli.path(dir)));
    const { report, stoppedBy } = await exportFolder(readPlace(options), target, {
      client: cli.client,
      rules: await detectNameRules(target.path),
      progress: createProgress("Exporting", cli.output.json),
      overwrite: options.overwrite ?? false,
    });
    return printResult(cli, report, stoppedBy, formatExport(report));
  });
}

const readPlace = ({ workspace, folder }: PlaceOptions): ListedFolder => ({
  workspaceId: workspace,
  folderId: folder ?? null,
});

/** Shows what was done; where it was stopped before the end, also why. Answers the exit code. */
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
    ...(files > 0 ? [`${formatCount(files, "other file")} came along.`] : []),
    ...listProblems("Left out:", leftOut, 20),
    ...listProblems("Not followed:", skipped, 10),
    ...listProblems("Not taken:", failed),
  ].join("\n");
}

function formatArchiveImport(report: ZipReport): string {
  const { created, updated, unchanged, files, folders, failed, skipped, uncertainNames, notListed } = report;
  return [
    `${formatCount(created + updated + unchanged, "document")}: ${created} created, ${updated} updated, ${unchanged} unchanged.`,
    `${formatCount(files, "file")} and ${formatCount(folders, "folder")} are new.`,
    ...listProblems("Left out:", skipped, 20),
    ...listProblems("Not taken:", failed),
    ...listProblems("Taken, but check the names:", uncertainNames, 20),
    ...(notListed > 0 ? ["", `The server lists ${notListed} more in none of these.`] : []),
  ].join("\n");
}

function formatZipExport(path: string, { bytes, renamed, notListed }: ZipExport): string {
  const others = renamed.map((item) => ({ path: item.path, message: `is ${toOneLine(item.newPath)}` }));
  return [
    `Wrote ${path}: ${bytes} bytes.`,
    ...listProblems("Other names in the archive, so that it unpacks on every system:", others, 20),
    ...(notListed > 0 ? [`  … and ${notListed} that are not listed`] : []),
  ].join("\n");
}

function formatExport({ written, unchanged, folders, files, failed, leftOut }: ExportReport): string {
  return [
    `${formatCount(written + unchanged, "file")} in ${formatCount(folders, "folder")}: ${written} written, ${unchanged} unchanged.`,
    ...(files > 0 ? [`${formatCount(files, "other file")} came along.`] : []),
    ...listProblems("Left out:", leftOut, 20),
    ...listProblems("Not written:", failed),
  ].join("\n");
}
