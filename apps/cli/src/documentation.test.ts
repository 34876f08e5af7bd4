import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import type { Command } from "commander";
import { describe, expect, test } from "vitest";

import { createProgram } from "./program.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));

const pages = [
  "README.md",
  "CONTRIBUTING.md",
  "apps/cli/README.md",
  "packages/client/README.md",
  ...readdirSync(`${root}docs`).flatMap((name) => (name.endsWith(".md") ? [`docs/${name}`] : [])),
];

/** The commands in the shell blocks of a page, split at pipes, without comments and variables. */
function commandsIn(page: string): string[] {
  const text = readFileSync(`${root}${page}`, "utf8").replaceAll("\\\n", " ");
  const blocks = [...text.matchAll(/^```sh\n([^]*?)^```/gm)].map(([, block = ""]) => block);
  return blocks
    .flatMap((block) => block.split("\n"))
    .map((line) =>
      line
        .replace(/\s+#.*$/, "")
        .replace(/^(?:[A-Z_]+=\S+\s+)+/, "")
        .trim(),
    )
    .flatMap((line) => line.split(/\s*(?:\||&&|;|>)\s*/))
    .filter((command) => command !== "");
}

const scripts: Record<string, string> = JSON.parse(readFileSync(`${root}package.json`, "utf8")).scripts;
const ofPnpm = new Set(["install", "add", "pack", "exec", "vitest", "approve"]);

describe.each(pages)("%s", (page) => {
  const commands = commandsIn(page);

  test("names only existing scripts", () => {
    const named = commands.flatMap((command) => /^(?:npx -y pnpm@12|pnpm) ([\w:]+)/.exec(command)?.[1] ?? []);
    expect(named.filter((name) => !ofPnpm.has(name) && !(name in scripts))).toEqual([]);
  });

  test("uses only existing commands and options of mdreader", () => {
    const program = createProgram(false);
    for (const command of commands) {
      const words = /^(?:pnpm )?mdreader (.+)$/.exec(command)?.[1]?.match(/"[^"]*"|'[^']*'|\S+/g);
      if (words !== undefined && words !== null) expect(findProblem(program, words), command).toBeNull();
    }
  });
});

/** The problem with a command line; null if it is valid. */
function findProblem(program: Command, words: readonly string[]): string | null {
  let command = program;
  for (const word of words.filter((one) => !one.startsWith("-"))) {
    const below = command.commands.find((one) => one.name() === word);
    if (below !== undefined) command = below;
    else if (command.commands.length > 0) return `${command.name()} has no ${word}`;
    else break;
  }
  const known = new Set([...command.options, ...program.options].flatMap(({ long, short }) => [long, short]));
  const unknown = words.filter(
    (word) => word.startsWith("-") && word !== "-" && word !== "--help" && !known.has(word),
  );
  return unknown.length === 0 ? null : `${command.name()} has no ${unknown.join(" ")}`;
}
