import { basename } from "node:path";

import { everyItem } from "@mdreader/client";
import type { Command } from "commander";

import { type Cli, defineAction } from "../cli.ts";
import { Failure } from "../failure.ts";
import { stripControl, formatTable } from "../output.ts";
import { readStdin } from "../prompt.ts";
import { readMarkdown, decodeText, UnsupportedFileError } from "../transfer/markdown-file.ts";
import { toTitle } from "../transfer/names.ts";

interface ListOptions {
  workspace: string;
  folder?: string;
}

interface CreateOptions extends ListOptions {
  title?: string;
  file?: string;
}

/** `document list`, `document get` and `document create`. */
export function addDocumentCommands(program: Command): void {
  const document = program.command("document").description("list, print and create documents");

  const list = document
    .command("list")
    .description("list the documents of a workspace or folder")
    .requiredOption("--workspace <id>", "the workspace")
    .option("--folder <id>", "list only documents directly in this folder");
  defineAction<ListOptions>(
    list,
    async ({ client, output }, { workspace: workspaceId, folder: folderId }) => {
      const inFolder = folderId === undefined ? {} : { folderId };
      const documents = await Array.fromAsync(
        everyItem((cursor) => client.document.list.query({ workspaceId, ...inFolder, cursor, limit: 100 })),
      );
      output.result(documents, () =>
        formatTable(
          ["ID", "TITLE", "VERSION", "BYTES", "UPDATED"],
          documents.map(({ id, title, version, size, updatedAt }) => [
            id,
            title,
            `${version}`,
            `${size}`,
            updatedAt,
          ]),
        ),
      );
    },
  );

  const get = document
    .command("get")
    .argument("<id>", "the document")
    .description("print a document's Markdown, byte for byte; --json adds its metadata")
    .addHelpText(
      "after",
      `
Examples:
  mdreader document get 0190c1f6-… > notes.md
  mdreader document get 0190c1f6-… --json | jq .version`,
    );
  defineAction(get, async ({ client, output }, _, id) => {
    const found = await client.document.get.query({ id });
    if (output.json) output.result(found, () => "");
    else process.stdout.write(process.stdout.isTTY ? stripControl(found.content) : found.content);
  });

  const create = document
    .command("create")
    .description("create a document from a file or stdin")
    .requiredOption("--workspace <id>", "the workspace")
    .option("--folder <id>", "the parent folder")
    .option("--title <title>", "the title; default: the file name")
    .option("--file <path>", "the Markdown file")
    .addHelpText(
      "after",
      `
Examples:
  mdreader document create --workspace 0190c1f6-… --file notes.md
  git log --oneline | mdreader document create --workspace 0190c1f6-… --title "What changed"`,
    );
  defineAction<CreateOptions>(create, async (cli, options) => {
    const { workspace: workspaceId, folder: folderId } = options;
    const title = options.title ?? (options.file === undefined ? undefined : toTitle(basename(options.file)));
    if (title === undefined) throw new Failure("USAGE", "Either --title or --file is required.");
    const made = await cli.client.document.create.mutate({
      workspaceId,
      title,
      content: await readContent(cli, options.file),
      ...(folderId !== undefined && { folderId }),
    });
    cli.output.result(made, () => `${made.id}  ${made.title}`);
  });
}

async function readContent({ path }: Cli, file: string | undefined): Promise<string> {
  try {
    if (file !== undefined) return readMarkdown(path(file));
    return process.stdin.isTTY ? "" : decodeText(await readStdin());
  } catch (cause) {
    if (cause instanceof UnsupportedFileError)
      throw new Failure("FILE", `${file ?? "The input"} ${cause.message}.`, { cause });
    throw cause;
  }
}
