import { everyItem, type RouterInputs, type RouterOutputs } from "@mdreader/client";
import { type Command, Option } from "commander";

import { type Cli, defineAction } from "../cli.ts";
import { findFolderId } from "../lookup/item.ts";
import { findMember } from "../lookup/member.ts";
import { addWorkspaceOption, findWorkspaceId, type WorkspaceOptions } from "../lookup/workspace.ts";
import { parsePositive } from "../number.ts";
import { formatCount, toOneLine, applyStyle } from "../output.ts";
import { parseTime } from "../time.ts";

type Hit = RouterOutputs["document"]["search"]["items"][number];
type Highlighted = Hit["highlightedTitle"];

type SearchInput = RouterInputs["document"]["search"];
type Sort = NonNullable<SearchInput["sort"]>;

const sorts: readonly Sort[] = ["relevance", "newest"];

interface SearchOptions extends WorkspaceOptions {
  folder?: string;
  author?: string;
  since?: string;
  until?: string;
  sort: Sort;
  limit?: string;
}

export function addSearchCommand(program: Command): void {
  const search = addWorkspaceOption(
    program
      .command("search")
      .argument("<query>", "the words to search for")
      .description("search the documents of a workspace, best matches first"),
  )
    .option("--folder <folder>", "only in this folder and its subfolders; its path or ID")
    .option(
      "--author <member>",
      "only what this member created or was the last to edit; username, email address or ID",
    )
    .option("--since <date>", "only what changed on this day or later, such as 2026-11-30; or a time")
    .option("--until <date>", "only what changed on this day or earlier; or before a time")
    .addOption(
      new Option("--sort <order>", "best match first, or most recently created first")
        .choices(sorts)
        .default("relevance"),
    )
    .option("--limit <number>", "the maximum number of results")
    .addHelpText(
      "after",
      `
Examples:
  mdreader search "release checklist"
  mdreader search backup --folder Guides --author ada --since 2026-11-01 --sort newest
  mdreader search backup --workspace Handbook --limit 5 --json | jq -r '.[].id'`,
    );
  defineAction<SearchOptions>(search, async (cli, { limit, ...options }, query) => {
    const most = limit === undefined ? Infinity : parsePositive(limit, "--limit");
    const filters = await readFilters(cli, options);
    const pages = everyItem((cursor) =>
      cli.client.document.search.query({ ...filters, query, cursor, limit: Math.min(50, most) }),
    );
    const hits: Hit[] = [];
    for await (const hit of pages) {
      hits.push(hit);
      if (hits.length === most) break;
    }
    cli.output.result(hits, () => hits.map(formatHit).join("\n"));
    cli.output.note(
      hits.length === 0 ? "Nothing found." : `\n${formatCount(hits.length, "document")} found.`,
    );
  });
}

/** Resolves the names in the options. */
async function readFilters(
  cli: Cli,
  { folder, author, since, until, sort, ...options }: SearchOptions,
): Promise<Omit<SearchInput, "query">> {
  const workspaceId = await findWorkspaceId(cli, options);
  const inWorkspace = { workspace: workspaceId };
  // The top level contains everything.
  const folderId = folder === undefined ? null : await findFolderId(cli, folder, inWorkspace);
  const found = author === undefined ? null : await findMember(cli, author, inWorkspace);
  return {
    workspaceId,
    sort,
    ...(folderId !== null && { folderId }),
    ...(found !== null && { authorId: found.user.id }),
    ...(since !== undefined && { changedSince: parseTime(since, "--since", "start") }),
    ...(until !== undefined && { changedBefore: parseTime(until, "--until", "end") }),
  };
}

/** A server of an earlier version sends no excerpts. */
type EarlierHit = Omit<Hit, "excerpts"> & Partial<Pick<Hit, "excerpts">>;

function formatHit({ id, highlightedTitle, fragments, excerpts = fragments }: EarlierHit): string {
  const title = `${formatMatches(highlightedTitle, "bold")}  ${applyStyle("dim", id)}`;
  return [title, ...excerpts.map((excerpt) => `    ${formatMatches(excerpt)}`)].join("\n");
}

function formatMatches(pieces: Highlighted, base?: "bold"): string {
  return pieces
    .map(({ text, match }) => {
      const safe = toOneLine(text);
      if (match) return applyStyle(["bold", "yellow"], safe);
      return base === undefined ? safe : applyStyle(base, safe);
    })
    .join("");
}
