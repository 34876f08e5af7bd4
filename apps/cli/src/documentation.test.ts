import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { CommanderError } from "commander";
import { describe, expect, test } from "vitest";

import { createProgram } from "./program.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));

const pages = [
  "README.md",
  "CONTRIBUTING.md",
  "apps/cli/README.md",
  "packages/client/README.md",
  "packages/react/README.md",
  ...readdirSync(`${root}docs`).flatMap((name) => (name.endsWith(".md") ? [`docs/${name}`] : [])),
];

/** The commands in the shell blocks of a page, split at pipes, without comments and variables. */
function findCommands(page: string): string[] {
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
const pnpmCommands = new Set(["install", "add", "pack", "exec", "vitest", "approve"]);

describe.each(pages)("%s", (page) => {
  const commands = findCommands(page);

  test("names only existing scripts", () => {
    const named = commands.flatMap((command) => /^(?:npx -y pnpm@12|pnpm) ([\w:]+)/.exec(command)?.[1] ?? []);
    expect(named.filter((name) => !pnpmCommands.has(name) && !(name in scripts))).toEqual([]);
  });

  test("uses mdreader correctly", async () => {
    for (const command of commands) {
      const words = /^(?:pnpm )?mdreader (.+)$/.exec(command)?.[1]?.match(/"[^"]*"|'[^']*'|\S+/g);
      if (words !== undefined && words !== null) expect(await findProblem(words), command).toBeNull();
    }
  });
});

/** The problem with a command line; null if it is valid. */
async function findProblem(words: readonly string[]): Promise<string | null> {
  const program = await createProgram(false, words);
  const valid = new Error("The command line is valid.");
  program.configureOutput({ writeOut: () => {}, writeErr: () => {} }).hook("preAction", () => {
    throw valid;
  });
  try {
    await program.parseAsync(words, { from: "user" });
  } catch (error) {
    if (error === valid || (error instanceof CommanderError && error.exitCode === 0)) return null;
    return String(error);
  }
  return "nothing was run";
}
