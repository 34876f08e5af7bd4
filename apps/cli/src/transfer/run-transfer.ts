import type { Cli } from "../cli.ts";
import { describeError, toExitCode, exitCodes, withFileFailure } from "../failure.ts";
import { findPlace, type PlaceOptions } from "../lookup/item.ts";
import { formatCount, toOneLine } from "../output.ts";
import { createProgress } from "../progress.ts";
import { exportZip, importZip, isArchive, type ZipExport, type ZipReport } from "./archive.ts";
import { listAttachments } from "./attachments.ts";
import { type ExportReport, exportFolder } from "./export.ts";
import { type ImportReport, importScan } from "./import.ts";
import { detectNameRules } from "./name-rules.ts";
import { readPathOptions } from "./paths.ts";
import { listProblems } from "./report.ts";
import { countFiles, scan, type ScannedFolder } from "./scan.ts";
import { openTarget } from "./write-tree.ts";

export interface ImportOptions extends PlaceOptions {
  extension: string[];
  exclude?: string[];
  includeHidden?: boolean;
  /** Whether files other than Markdown are imported too. */
  files: boolean;
}

export interface ExportOptions extends PlaceOptions {
  overwrite?: boolean;
}

/** Imports a folder or an archive. @returns The exit code. */
export async function runImport(cli: Cli, options: ImportOptions, dir: string): Promise<number> {
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
  if (countFiles(found.root) === 0) cli.output.note(describeMissingMarkdown(dir, extensions, found.root));
  return printResult(cli, report, stoppedBy, formatImport(report));
}

/** Explains that a folder contains no Markdown, and how to import the archives in it, which a downloaded export may have. */
function describeMissingMarkdown(dir: string, extensions: readonly string[], root: ScannedFolder): string {
  const message = `${dir} contains no Markdown files (${extensions.join(", ")}).`;
  const archive = listAttachments(root).find(({ path }) => /\.zip$/i.test(path));
  if (archive === undefined) return message;
  const path = toOneLine(`${dir.replace(/\/$/, "")}/${archive.path}`);
  return `${message}\nArchives in a folder are imported as files. To import the contents of one, run: mdreader import "${path}"`;
}

/** Exports to a folder or an archive. @returns The exit code. */
export async function runExport(cli: Cli, options: ExportOptions, dir: string): Promise<number> {
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
    ...(notListed > 0 ? ["", `${notListed} more aren't listed.`] : []),
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
