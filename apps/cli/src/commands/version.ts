import { everyItem } from "@mdreader/client";
import type { Command } from "commander";

import { type Cli, defineAction } from "../cli.ts";
import { Failure } from "../failure.ts";
import { formatCount, stripControl, formatTable } from "../output.ts";
import { formatBlame, formatDiff, formatAuthors } from "../version/format.ts";

interface HistoryOptions {
  limit?: string;
}

interface ShowOptions {
  number: string;
}

/** `history`, `diff`, `restore`, `blame` and `name`. */
export function addHistoryCommands(program: Command): void {
  const history = program
    .command("history")
    .argument("<id>", "the document")
    .description("list the saved versions of a document, newest first")
    .option("--limit <number>", "the maximum number of versions")
    .addHelpText(
      "after",
      `
Examples:
  mdreader history 0190c1f6-… --limit 10
  mdreader history 0190c1f6-… --json | jq -r '.[].hash'`,
    );
  defineAction<HistoryOptions>(history, (cli, { limit }, id) => listVersions(cli, id, limit));

  const show = program
    .command("show")
    .argument("<id>", "the document")
    .argument("<number>", "the version")
    .description("print a saved version's Markdown, byte for byte; --json adds its metadata");
  defineAction<ShowOptions>(show, async ({ client, output }, _, id, number) => {
    const found = await client.document.version.get.query({ id, number: parseVersionNumber(number) });
    if (output.json) output.result(found, () => "");
    else process.stdout.write(process.stdout.isTTY ? stripControl(found.content) : found.content);
  });

  const diff = program
    .command("diff")
    .argument("<id>", "the document")
    .argument("[from]", "the version to compare from; default: the newest saved version")
    .argument("[to]", "the version to compare with; default: the current text")
    .description("show the changes from one saved version to another, or to the current text")
    .addHelpText(
      "after",
      `
On a terminal, changed words within a line are underlined.

Examples:
  mdreader diff 0190c1f6-… 3
  mdreader diff 0190c1f6-… 3 5 --json | jq '.added, .removed'`,
    );
  defineAction(diff, compareVersions);

  const restore = program
    .command("restore")
    .argument("<id>", "the document")
    .argument("<number>", "the version")
    .description("restore the text of a saved version; later versions stay in the history");
  defineAction(restore, async ({ client, output }, _, id, number) => {
    const from = parseVersionNumber(number);
    const restored = await client.document.version.restore.mutate({ id, number: from });
    output.result(restored, () => `Restored version ${from} as version ${restored.number}.`);
  });

  const name = program
    .command("name")
    .argument("<id>", "the document")
    .argument("<label>", "the name")
    .description("save the current text as a named version");
  defineAction(name, async ({ client, output }, _, id, label = "") => {
    const named = await client.document.version.create.mutate({ id, label });
    output.result(named, () => `Version ${named.number} is now named ${named.label}.`);
  });

  const blame = program
    .command("blame")
    .argument("<id>", "the document")
    .description("show the author and date of each line of a document");
  defineAction(blame, async ({ client, output }, _, id) => {
    const ranges = await Array.fromAsync(
      everyItem((cursor) => client.document.blame.query({ id, cursor, limit: 1000 })),
    );
    output.result(ranges, () => formatBlame(ranges));
  });
}

async function listVersions({ client, output }: Cli, id: string, limit: string | undefined): Promise<void> {
  const most = limit === undefined ? Infinity : parseVersionNumber(limit, "--limit");
  const pages = everyItem((cursor) =>
    client.document.version.list.query({ id, cursor, limit: Math.min(100, most) }),
  );
  const versions: Awaited<ReturnType<typeof client.document.version.list.query>>["items"] = [];
  for await (const version of pages) {
    versions.push(version);
    if (versions.length === most) break;
  }
  output.result(versions, () =>
    formatTable(
      ["VERSION", "SAVED", "BYTES", "REASON", "AUTHORS", "NAME"],
      versions.map(({ number, createdAt, size, reason, restoredFrom, authors, label }) => [
        `${number}`,
        createdAt,
        `${size}`,
        restoredFrom === null ? reason : `${reason} ${restoredFrom}`,
        formatAuthors(authors),
        label ?? "",
      ]),
    ),
  );
}

async function compareVersions({ client, output }: Cli, _: object, ...given: string[]): Promise<void> {
  const [id = "", from, to] = given;
  const compared = await client.document.version.diff.query({
    id,
    from: from === undefined ? await readNewestNumber(client, id) : parseVersionNumber(from),
    ...(to !== undefined && { to: parseVersionNumber(to) }),
  });
  output.result(compared, () => formatDiff(compared));
  const { added, removed, coarse, truncated } = compared;
  output.note(
    added + removed === 0 ? "No differences." : `${formatCount(added, "line")} added, ${removed} removed.`,
  );
  if (coarse)
    output.note(
      "The versions differ too much for an exact comparison; some unchanged lines are shown as changed.",
    );
  if (truncated) output.note("The output is truncated.");
}

async function readNewestNumber(client: Cli["client"], id: string): Promise<number> {
  const { items } = await client.document.version.list.query({ id, limit: 1 });
  const [newest] = items;
  if (newest === undefined) throw new Failure("NOT_FOUND", "This document has no saved version yet.");
  return newest.number;
}

function parseVersionNumber(given: string | undefined, what = "The version number"): number {
  const number = Number(given);
  if (Number.isInteger(number) && number > 0) return number;
  throw new Failure("USAGE", `${what} must be a positive integer.`);
}
