import { basename } from "node:path";

import { everyItem } from "@mdreader/client";
import { type Command, Option } from "commander";

import { openInBrowser } from "../browser.ts";
import { type Cli, defineAction } from "../cli.ts";
import { readContent } from "../document/content.ts";
import { downloadHtml } from "../document/html.ts";
import {
  formatUpdatedLinks,
  updateLinksHelp,
  type UpdateLinksOptions,
  updateMovedLinks,
} from "../document/moved-links.ts";
import { putDocument, type PutResult } from "../document/put.ts";
import { Failure, withFileFailure } from "../failure.ts";
import { replaceFile } from "../files.ts";
import {
  addSiblingOptions,
  findDocumentId,
  findFolderId,
  findItem,
  findPlace,
  findSiblings,
  type PlaceOptions,
  type SiblingOptions,
} from "../lookup/item.ts";
import { sortAsTree } from "../lookup/tree-order.ts";
import { joinPath, readTree } from "../lookup/tree.ts";
import { addWorkspaceOption, findWorkspaceId, type WorkspaceOptions } from "../lookup/workspace.ts";
import { parsePositive } from "../number.ts";
import { formatBytes, formatCount, formatTable, formatTime, printText } from "../output.ts";
import { getTerminal } from "../terminal.ts";
import { toTitle } from "../transfer/names.ts";

type Format = "markdown" | "html";
const formats: readonly Format[] = ["markdown", "html"];

interface GetOptions extends WorkspaceOptions {
  output?: string;
  format: Format;
}

interface CreateOptions extends PlaceOptions {
  title?: string;
  file?: string;
}

interface PutOptions extends WorkspaceOptions {
  base?: string;
  overwrite?: boolean;
  parents?: boolean;
}

interface RenameOptions extends WorkspaceOptions, UpdateLinksOptions {}

interface MoveOptions extends RenameOptions, SiblingOptions {}

/** `list`, `get`, `put`, `rename`, `move`, `delete`, `open`, and the same below `document`. */
export function addDocumentCommands(program: Command): void {
  const document = program
    .command("document")
    .description("list, create, read, write, move and delete documents");
  for (const parent of [program, document]) {
    addList(parent);
    addGet(parent);
    addPut(parent);
    addRename(parent);
    addMove(parent);
    addDelete(parent);
    addOpen(parent);
  }
  addCreate(document);
}

function addList(parent: Command): void {
  const list = addWorkspaceOption(
    parent
      .command("list")
      .argument("[folder]", "list only documents directly in this folder; / is the top level")
      .description("list the documents of a workspace or folder"),
  )
    .addOption(new Option("--folder <folder>").hideHelp())
    .addHelpText(
      "after",
      `
Examples:
  mdreader list
  mdreader list Notes --json | jq -r '.[].title'`,
    );
  defineAction<PlaceOptions>(list, async (cli, options, given?: string) => {
    const workspaceId = await findWorkspaceId(cli, options);
    const folder = given ?? options.folder;
    const inFolder =
      folder === undefined ? {} : { folderId: await findFolderId(cli, folder, { workspace: workspaceId }) };
    const documents = await Array.fromAsync(
      everyItem((cursor) => cli.client.document.list.query({ workspaceId, ...inFolder, cursor, limit: 100 })),
    );
    const tree = await readTree(cli, workspaceId);
    const withPaths = documents.map((one) => ({
      ...one,
      path: joinPath(tree.folderPath(one.folderId), one.title),
    }));
    const placed = await sortAsTree(cli.client, workspaceId, tree, withPaths);
    cli.output.result(placed, () =>
      placed.length === 0
        ? "No documents."
        : formatTable(
            ["DOCUMENT", "UPDATED", "SIZE", "VERSION", "ID"],
            placed.map(({ path, updatedAt, size, version, id }) => [
              path,
              formatTime(updatedAt),
              formatBytes(size),
              `${version}`,
              id,
            ]),
          ),
    );
  });
}

function addGet(parent: Command): void {
  const get = addWorkspaceOption(
    parent
      .command("get")
      .argument("<document>", "path or ID")
      .description("print a document's Markdown, byte for byte; --json adds its metadata"),
  )
    .option("-o, --output <file>", "write to this file, and report the version to pass to put as --base")
    .addOption(
      new Option("--format <format>", "the Markdown, or a self-contained HTML page with its images")
        .choices(formats)
        .default("markdown"),
    )
    .addHelpText(
      "after",
      `
Examples:
  mdreader get "Notes/Plan"
  mdreader get "Notes/Plan" --output plan.md
  mdreader get "Notes/Plan" --format html --output plan.html
  mdreader get 0190c1f6-… --json | jq .version`,
    );
  defineAction<GetOptions>(get, async (cli, options, given) => {
    const { client, output } = cli;
    const found = await client.document.get.query({ id: await findDocumentId(cli, given, options) });
    const { content: markdown, ...metadata } = found;
    const isHtml = options.format === "html";
    const content = isHtml ? await downloadHtml(client, found.id) : markdown;
    if (options.output !== undefined) {
      const file = options.output;
      await withFileFailure(file, () => replaceFile(cli.path(file), content));
      output.result(
        metadata,
        () =>
          `Wrote version ${found.version} to ${file}.` +
          (isHtml
            ? ""
            : ` After editing it: mdreader put ${found.id} ${quoteWord(file)} --base ${found.version}`),
      );
    } else if (output.json) output.result({ ...metadata, content }, () => "");
    else printText(content);
  });
}

/** A word of a command line, in quotes if it needs them. */
const quoteWord = (word: string) => (/^[\w./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

function addPut(parent: Command): void {
  const put = addWorkspaceOption(
    parent
      .command("put")
      .argument("<document>", "path or ID")
      .argument("[file]", "the Markdown file; default: stdin")
      .description("create a document, or update it, from a file or stdin"),
  )
    .option("--base <version>", "the version that the text is based on; later edits by others are merged")
    .option("--overwrite", "replace the current text, which stays in the history")
    .option("-p, --parents", "create missing folders")
    .addHelpText(
      "after",
      `
If others have changed the same lines since the base version, both texts are kept, and the lines are listed.

Examples:
  mdreader put "Notes/Plan" plan.md
  mdreader put "Notes/Plan" plan.md --base 12
  git log --oneline | mdreader put "Reports/Changes" --parents --overwrite`,
    );
  defineAction<PutOptions>(put, async (cli, { base, ...options }, given, file?: string) => {
    if (base !== undefined && options.overwrite)
      throw new Failure("USAGE", "--base and --overwrite can't be combined.");
    if (file === undefined && getTerminal().stdin.isTTY)
      throw new Failure("USAGE", "Pass a file, or pipe the text to stdin.");
    const version = base === undefined ? {} : { base: parsePositive(base, "--base") };
    const content = await readContent(cli, file);
    const result = await putDocument(cli, given, content, { ...options, ...version });
    cli.output.result(result, () => formatPut(result));
  });
}

function formatPut({ created, id, path, version, conflicts }: PutResult): string {
  const done = created ? `Created “${path}”  ${id}` : `Updated “${path}” to version ${version}.`;
  if (conflicts.length === 0) return done;
  const lines = conflicts.map(({ line }) => line).join(", ");
  return `${done}\nOthers changed the same lines, and both texts are kept. Review ${conflicts.length === 1 ? "line" : "lines"} ${lines}.`;
}

/** `document create`, which creates a document even if another one has its title. */
function addCreate(parent: Command): void {
  const create = addWorkspaceOption(
    parent.command("create").description("create a document from a file or stdin"),
  )
    .option("--folder <folder>", "path or ID of the parent folder")
    .option("--title <title>", "the title; default: the file name")
    .option("--file <path>", "the Markdown file")
    .addHelpText(
      "after",
      `
Examples:
  mdreader document create --file notes.md
  git log --oneline | mdreader document create --folder Reports --title "What changed"`,
    );
  defineAction<CreateOptions>(create, async (cli, options) => {
    const title = options.title ?? (options.file === undefined ? undefined : toTitle(basename(options.file)));
    if (title === undefined) throw new Failure("USAGE", "Either --title or --file is required.");
    const isEmpty = options.file === undefined && getTerminal().stdin.isTTY;
    const content = isEmpty ? "" : await readContent(cli, options.file);
    const place = await findPlace(cli, options);
    const made = await cli.client.document.create.mutate({ ...place, title, content });
    cli.output.result(made, () => `${made.id}  ${made.title}`);
  });
}

function addRename(parent: Command): void {
  const rename = addWorkspaceOption(
    parent
      .command("rename")
      .argument("<document>", "path or ID")
      .argument("<title>", "the new title")
      .description("change a document's title"),
  )
    .option("--update-links", updateLinksHelp)
    .addHelpText(
      "after",
      `
Examples:
  mdreader rename "Notes/Plan" "Road map" --update-links`,
    );
  defineAction<RenameOptions>(rename, async (cli, options, given, name: string) => {
    const { client, output } = cli;
    const { id, label } = await findItem(cli, "document", given, { ...options, exact: true });
    const before = await client.document.get.query({ id });
    const { content: _, ...renamed } = await client.document.update.mutate({ id, title: toTitle(name) });
    const links = await updateMovedLinks(cli, options, {
      workspaceId: before.workspaceId,
      kind: "document",
      id,
      fromName: before.title,
    });
    output.result(
      { ...renamed, links },
      () => `Renamed “${label}” to “${renamed.title}”.${formatUpdatedLinks(links)}`,
    );
  });
}

function addMove(parent: Command): void {
  const move = addSiblingOptions(
    addWorkspaceOption(
      parent
        .command("move")
        .argument("<document>", "path or ID")
        .argument("<folder>", "path or ID of the destination; / is the top level")
        .description("move a document to another folder, or to another place in its folder"),
    ),
    "document",
  )
    .option("--update-links", updateLinksHelp)
    .addHelpText(
      "after",
      `
Examples:
  mdreader move "Notes/Plan" Archive
  mdreader move "Archive/Plan" /
  mdreader move "Notes/Plan" Notes --before "Notes/Ideas"`,
    );
  defineAction<MoveOptions>(move, async (cli, options, given, folder: string) => {
    const { client, output } = cli;
    const { id, label } = await findItem(cli, "document", given, { ...options, exact: true });
    const before = await client.document.get.query({ id });
    const workspace = options.workspace ?? before.workspaceId;
    const folderId = await findFolderId(cli, folder, { workspace });
    const place = await findSiblings(cli, "document", { ...options, workspace });
    const moved = await client.document.move.mutate({ id, folderId, ...place });
    const links = await updateMovedLinks(cli, options, {
      workspaceId: before.workspaceId,
      kind: "document",
      id,
      fromFolderId: before.folderId,
    });
    output.result({ ...moved, links }, () => `Moved “${label}” to “${folder}”.${formatUpdatedLinks(links)}`);
  });
}

function addDelete(parent: Command): void {
  const remove = addWorkspaceOption(
    parent
      .command("delete")
      .argument("<documents...>", "paths or IDs")
      .description("move documents to the trash"),
  ).addHelpText(
    "after",
    `
Examples:
  mdreader delete "Notes/Plan"
  mdreader trash restore Plan`,
  );
  defineAction<WorkspaceOptions>(remove, async (cli, options, ...given) => {
    const found = [];
    for (const name of given) found.push(await findItem(cli, "document", name, { ...options, exact: true }));
    for (const { id } of found) await cli.client.document.delete.mutate({ id });
    const [first] = found;
    cli.output.result(
      found.map(({ id, label }) => ({ id, path: label })),
      () =>
        `Moved ${found.length === 1 && first !== undefined ? `“${first.label}”` : formatCount(found.length, "document")} to the trash.`,
    );
  });
}

function addOpen(parent: Command): void {
  const command = addWorkspaceOption(
    parent
      .command("open")
      .argument("[document]", "path or ID; default: the workspace")
      .description("open a document or workspace in the browser"),
  ).addHelpText(
    "after",
    `
With --json, or if no browser can be opened, the address is printed.

Examples:
  mdreader open "Notes/Plan"
  mdreader open --workspace Handbook`,
  );
  defineAction<WorkspaceOptions>(command, async (cli, options, given?: string) => {
    const url = await findAddress(cli, options, given);
    const opens = cli.canOpenBrowser && !cli.output.json;
    if (opens) await openInBrowser(url);
    cli.output.result({ url }, () => (opens ? `Opened ${url}` : url));
  });
}

async function findAddress(cli: Cli, options: WorkspaceOptions, given: string | undefined): Promise<string> {
  if (given === undefined) return `${cli.url}/w/${await findWorkspaceId(cli, options)}`;
  const found = await findDocumentId(cli, given, options);
  const { id, workspaceId } = await cli.client.document.get.query({ id: found });
  return `${cli.url}/w/${workspaceId}/d/${id}`;
}
