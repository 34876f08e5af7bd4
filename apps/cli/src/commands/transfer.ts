import { type Command, Option } from "commander";

import { defineAction } from "../cli.ts";
import { addWorkspaceOption } from "../lookup/workspace.ts";
import { isDocumentName, markdownExtensions } from "../transfer/names.ts";
import type { ExportOptions, ImportOptions } from "../transfer/run-transfer.ts";

/** Loads the transfer, which the help does not need. */
const load = () => import("../transfer/run-transfer.ts");

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
existing files that differ. Symbolic links to folders aren't followed.
In exports from other programs, IDs at the ends of names are removed, encoded characters in names are decoded, and links
are updated to match.
Left out and listed: version control folders, dependencies, known secrets, hidden files, and everything that matches
.mdreaderignore in the folder (.gitignore syntax).
Exit code 3: some files couldn't be imported; they are listed, and all others were imported.

The server unpacks zip archives, including images and other files.

Examples:
  mdreader import ./docs
  mdreader import ./vault.zip
  mdreader import ~/vault --extension md mdx --exclude drafts`,
    );
  defineAction<ImportOptions>(command, async (cli, options, dir) =>
    (await load()).runImport(cli, options, dir),
  );
}

function addExport(program: Command): void {
  const command = addWorkspaceOption(
    program
      .command("export")
      .argument("<dir>", "the folder to write to, created if missing; or a file name that ends in .zip")
      .description("export a workspace as Markdown files to a folder or zip archive"),
  )
    .option("--folder <folder>", "export only this folder and its subfolders, by path or ID")
    .option("--overwrite", "replace existing files that differ")
    .addHelpText(
      "after",
      `
Files keep the names and bytes that they were imported with; images and other files are exported too. Nothing is removed
from the folder, and symbolic links aren't followed.
Exit code 3: some files couldn't be written; they are listed, and all others were written.

Examples:
  mdreader export ./backup
  mdreader export ./backup.zip
  mdreader export ./docs --folder Guides --overwrite`,
    );
  defineAction<ExportOptions>(command, async (cli, options, dir) =>
    (await load()).runExport(cli, options, dir),
  );
}
