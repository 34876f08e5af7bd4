import { everyItem, type RouterOutputs } from "@mdreader/client";
import type { Command } from "commander";

import { defineAction } from "../cli.ts";
import { addWorkspaceOption, findWorkspaceId, type WorkspaceOptions } from "../lookup/workspace.ts";
import { parsePositive } from "../number.ts";
import { formatCount, toOneLine, applyStyle } from "../output.ts";

type Hit = RouterOutputs["document"]["search"]["items"][number];
type Highlighted = Hit["highlightedTitle"];

interface SearchOptions extends WorkspaceOptions {
  limit?: string;
}

export function addSearchCommand(program: Command): void {
  const search = addWorkspaceOption(
    program
      .command("search")
      .argument("<query>", "the words to search for")
      .description("search the documents of a workspace, best matches first"),
  )
    .option("--limit <number>", "the maximum number of results")
    .addHelpText(
      "after",
      `
Examples:
  mdreader search "release checklist"
  mdreader search backup --workspace Handbook --limit 5 --json | jq -r '.[].id'`,
    );
  defineAction<SearchOptions>(search, async (cli, { limit, ...options }, query) => {
    const { client, output } = cli;
    const most = limit === undefined ? Infinity : parsePositive(limit, "--limit");
    const workspaceId = await findWorkspaceId(cli, options);
    const pages = everyItem((cursor) =>
      client.document.search.query({ workspaceId, query, cursor, limit: Math.min(50, most) }),
    );
    const hits: Hit[] = [];
    for await (const hit of pages) {
      hits.push(hit);
      if (hits.length === most) break;
    }
    output.result(hits, () => hits.map(formatHit).join("\n"));
    output.note(hits.length === 0 ? "Nothing found." : `\n${formatCount(hits.length, "document")} found.`);
  });
}

function formatHit({ id, highlightedTitle, fragments }: Hit): string {
  const title = `${formatMatches(highlightedTitle, "bold")}  ${applyStyle("dim", id)}`;
  return [title, ...fragments.map((fragment) => `    ${formatMatches(fragment)}`)].join("\n");
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
