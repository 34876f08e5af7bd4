import { everyItem, isReason } from "@mdreader/client";
import type { Command } from "commander";

import { type Cli, defineAction } from "../cli.ts";
import { exitCodes, Failure } from "../failure.ts";
import { findDocumentId } from "../lookup/item.ts";
import { findTrashed, restoreTrashed } from "../lookup/trash.ts";
import { addWorkspaceOption, type WorkspaceOptions } from "../lookup/workspace.ts";
import { parsePositive } from "../number.ts";
import { formatBytes, formatCount, formatTable, formatTime, printText } from "../output.ts";
import { formatAuthors, formatBlame, formatDiff } from "../version/format.ts";

interface ListOptions extends WorkspaceOptions {
  limit?: string;
}

interface DiffOptions extends WorkspaceOptions {
  exitCode?: boolean;
}

/** `history` with its commands, and `show`, `diff`, `restore`, `name` and `blame`, which also work without it. */
export function addHistoryCommands(program: Command): void {
  const history = program
    .command("history")
    .description("list, print, compare, restore and name the saved versions of a document")
    .addHelpText(
      "after",
      `
Without a command, the versions are listed.

Examples:
  mdreader history "Notes/Plan" --limit 10
  mdreader history diff "Notes/Plan" 3`,
    );
  addList(history);
  for (const parent of [history, program]) {
    addShow(parent);
    addDiff(parent);
    addRestore(parent);
    addName(parent);
    addBlame(parent);
  }
}

function addList(history: Command): void {
  const list = addWorkspaceOption(
    history
      .command("list", { isDefault: true })
      .argument("<document>", "path or ID")
      .description("list the saved versions of a document, newest first"),
  )
    .option("--limit <number>", "the maximum number of versions")
    .addHelpText(
      "after",
      `
Examples:
  mdreader history list "Notes/Plan" --limit 10
  mdreader history list 0190c1f6-… --json | jq -r '.[].hash'`,
    );
  defineAction<ListOptions>(list, async (cli, { limit, ...options }, given) => {
    const most = limit === undefined ? Infinity : parsePositive(limit, "--limit");
    const versions = await listVersions(cli, await findDocumentId(cli, given, options), most);
    cli.output.result(versions, () =>
      formatTable(
        ["VERSION", "NAME", "SAVED", "BY", "REASON", "SIZE"],
        versions.map(({ number, label, createdAt, authors, reason, restoredFrom, size }) => [
          `${number}`,
          label ?? "",
          formatTime(createdAt),
          formatAuthors(authors),
          restoredFrom === null ? reason : `${reason} ${restoredFrom}`,
          formatBytes(size),
        ]),
      ),
    );
  });
}

async function listVersions({ client }: Cli, id: string, most: number) {
  const pages = everyItem((cursor) =>
    client.document.version.list.query({ id, cursor, limit: Math.min(100, most) }),
  );
  const versions: Awaited<ReturnType<typeof client.document.version.list.query>>["items"] = [];
  for await (const version of pages) {
    versions.push(version);
    if (versions.length === most) break;
  }
  return versions;
}

function addShow(parent: Command): void {
  const show = addWorkspaceOption(
    parent
      .command("show")
      .argument("<document>", "path or ID")
      .argument("<number>", "the version")
      .description("print a saved version's Markdown, byte for byte; --json adds its metadata"),
  );
  defineAction<WorkspaceOptions>(show, async (cli, options, given, number: string) => {
    const { client, output } = cli;
    const wantedNumber = parseVersionNumber(number);
    const id = await findDocumentId(cli, given, options);
    const found = await client.document.version.get
      .query({ id, number: wantedNumber })
      .catch(explainMissing(given, [wantedNumber]));
    if (output.json) output.result(found, () => "");
    else printText(found.content);
  });
}

function addDiff(parent: Command): void {
  const diff = addWorkspaceOption(
    parent
      .command("diff")
      .argument("<document>", "path or ID")
      .argument("[from]", "the version to compare from; default: the newest saved version")
      .argument("[to]", "the version to compare with; default: the current text")
      .description("show the changes from one saved version to another, or to the current text"),
  )
    .option("--exit-code", "exit with code 1 if there are differences")
    .addHelpText(
      "after",
      `
On a terminal, changed words within a line are underlined.

Examples:
  mdreader diff "Notes/Plan" 3
  mdreader diff 0190c1f6-… 3 5 --json | jq '.added, .removed'`,
    );
  defineAction<DiffOptions>(diff, async (cli, options, given, from?: string, to?: string) => {
    const { client, output } = cli;
    const older = from === undefined ? null : parseVersionNumber(from);
    const newer: { to?: number } = to === undefined ? {} : { to: parseVersionNumber(to) };
    const id = await findDocumentId(cli, given, options);
    const compared = await client.document.version.diff
      .query({ id, from: older ?? (await readNewestNumber(client, id)), ...newer })
      .catch(explainMissing(given, [older, newer.to]));
    output.result(compared, () => formatDiff(compared));
    const { added, removed, coarse, truncated } = compared;
    const isSame = added + removed === 0;
    output.note(isSame ? "No differences." : `${formatCount(added, "line")} added, ${removed} removed.`);
    if (coarse)
      output.note(
        "The versions differ too much for an exact comparison; some unchanged lines are shown as changed.",
      );
    if (truncated) output.note("The output is truncated.");
    return options.exitCode && !isSame ? exitCodes.failed : exitCodes.done;
  });
}

async function readNewestNumber(client: Cli["client"], id: string): Promise<number> {
  const { items } = await client.document.version.list.query({ id, limit: 1 });
  const [newest] = items;
  if (newest === undefined) throw new Failure("NOT_FOUND", "This document has no saved version yet.");
  return newest.number;
}

function addRestore(parent: Command): void {
  const restore = addWorkspaceOption(
    parent
      .command("restore")
      .argument("<document>", "path or ID; title, if it is in the trash")
      .argument("[number]", "the version; if omitted, the document is restored from the trash")
      .description("restore the text of a saved version, or a document from the trash"),
  ).addHelpText(
    "after",
    `
Later versions stay in the history.

Examples:
  mdreader restore "Notes/Plan" 3
  mdreader restore Plan`,
  );
  defineAction<WorkspaceOptions>(restore, async (cli, options, given, number?: string) => {
    if (number === undefined) {
      const item = await findTrashed(cli, given, options, "document");
      const restored = await restoreTrashed(cli, item);
      cli.output.result(restored, () => `Restored “${item.name}” from the trash.`);
      return;
    }
    const from = parseVersionNumber(number);
    const id = await findDocumentId(cli, given, options);
    const restored = await cli.client.document.version.restore
      .mutate({ id, number: from })
      .catch(explainMissing(given, [from]));
    cli.output.result(restored, () => `Restored version ${from} as version ${restored.number}.`);
  });
}

function addName(parent: Command): void {
  const name = addWorkspaceOption(
    parent
      .command("name")
      .argument("<document>", "path or ID")
      .argument("<label>", "the name")
      .description("save the current text as a named version"),
  );
  defineAction<WorkspaceOptions>(name, async (cli, options, given, label: string) => {
    const id = await findDocumentId(cli, given, options);
    const named = await cli.client.document.version.create.mutate({ id, label });
    cli.output.result(named, () => `Version ${named.number} is now named “${named.label}”.`);
  });
}

function addBlame(parent: Command): void {
  const blame = addWorkspaceOption(
    parent
      .command("blame")
      .argument("<document>", "path or ID")
      .description("show the author and date of each line of a document"),
  );
  defineAction<WorkspaceOptions>(blame, async (cli, options, given) => {
    const id = await findDocumentId(cli, given, options);
    const ranges = await Array.fromAsync(
      everyItem((cursor) => cli.client.document.blame.query({ id, cursor, limit: 1000 })),
    );
    cli.output.result(ranges, () => formatBlame(ranges));
  });
}

/** Names the versions of a document that weren't found. */
const explainMissing =
  (document: string, numbers: readonly (number | null | undefined)[]) =>
  (cause: unknown): never => {
    const wanted = numbers.filter((number) => typeof number === "number");
    if (!isReason(cause, "NOT_FOUND") || wanted.length === 0) throw cause;
    throw new Failure("NOT_FOUND", `“${document}” has no version ${wanted.join(" or ")}.`, {
      hint: "List its versions with: mdreader history",
      cause,
    });
  };

const parseVersionNumber = (given: string) => parsePositive(given, "The version number");
