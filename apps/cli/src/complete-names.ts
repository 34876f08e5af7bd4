import { setTimeout as delay } from "node:timers/promises";

import { isUnreachable } from "@mdreader/client";
import type { Command } from "commander";

import { type Cli, openCli } from "./cli.ts";
import { readEnvironment } from "./environment.ts";
import type { ItemKind } from "./lookup/item.ts";
import { comparePaths, createTree } from "./lookup/tree.ts";
import { findWorkspaceId, listWorkspaces } from "./lookup/workspace.ts";
import { createOutput } from "./output.ts";

/** Maximum number of names that are offered. */
const maxNames = 200;
/** The time that each of their requests may take. */
const timeoutMs = 1_500;

/** The word to complete, if it names something on the server. */
interface Operand {
  kind: ItemKind | "workspace";
  typed: string;
  /** The options before it. */
  url?: string | undefined;
  workspace?: string | undefined;
}

/** The kinds of operands and of the values of options, by their names in the help. */
const kinds = new Map<string, Operand["kind"]>([
  ["document", "document"],
  ["documents", "document"],
  ["folder", "folder"],
  ["destination", "folder"],
  ["workspace", "workspace"],
]);

/**
 * Returns the names on the server that complete the last word; null if it names something else. Without a session or a
 * server, there are none, and nothing is printed.
 */
export async function completeNames(program: Command, words: readonly string[]): Promise<string[] | null> {
  const operand = findOperand(program, words);
  if (operand === null) return null;
  try {
    const environment = readEnvironment();
    await using cli = await openCli(createOutput(false), operand.url ?? environment.url, environment);
    const found = await (operand.kind === "workspace"
      ? readWorkspaces(cli)
      : readPaths(cli, operand, operand.kind));
    return found
      .filter((name) => name.startsWith(operand.typed) && isPlain(name))
      .toSorted(comparePaths)
      .slice(0, maxNames);
  } catch {
    return [];
  }
}

/** Whether a name is one line, and not taken for an option or a directive to the shell. */
const isPlain = (name: string) => !/\p{Cc}|^[-:]/u.test(name);

const readWorkspaces = (cli: Cli) =>
  withTimeLimit(
    listWorkspaces(cli).then((workspaces) => workspaces.map(({ name }) => name)),
    [],
  );

/** The paths of a workspace. If the server can't be reached in time, they are those of the last listing. */
async function readPaths(cli: Cli, { workspace }: Operand, kind: ItemKind): Promise<string[]> {
  const workspaceId = await withTimeLimit(
    findWorkspaceId(cli, workspace === undefined ? {} : { workspace }),
    null,
  );
  if (workspaceId === null) return [];
  const { openListing } = await import("./sync/listing.ts");
  const target = { server: cli.url, workspaceId, folderId: null };
  const listing = await openListing(cli.client, cli.configFolder, target);
  const isCurrent = listing.refresh().catch((error: unknown) => {
    if (!isUnreachable(error)) throw error;
    return false;
  });
  if ((await withTimeLimit(isCurrent, null)) !== null) await listing.save();
  const { items } = createTree([...listing.items.values()]);
  return items.filter((item) => item.kind === kind).map(({ path }) => path);
}

const withTimeLimit = <Value, Late>(work: Promise<Value>, late: Late): Promise<Value | Late> =>
  Promise.race([work, delay(timeoutMs, late, { ref: false })]);

/** Finds the item that the last word names. */
function findOperand(program: Command, words: readonly string[]): Operand | null {
  let command = program;
  let waiting: string | null = null;
  let count = 0;
  const values = new Map<string, string>();
  for (const word of words.slice(0, -1)) {
    if (waiting !== null) {
      values.set(waiting, word);
      waiting = null;
    } else if (word.startsWith("-")) {
      const [, name = "", , value] = /^([^=]+)(=(.*))?$/s.exec(word) ?? [];
      const option = findValueName(command, name);
      if (option !== null && value === undefined) waiting = option;
      else if (option !== null && value !== undefined) values.set(option, value);
    } else {
      const found = count === 0 ? command.commands.find((candidate) => candidate.name() === word) : undefined;
      if (found === undefined) count += 1;
      else command = found;
    }
  }
  const typed = words.at(-1) ?? "";
  const [, name, value] = /^(--[^=]+)=(.*)$/s.exec(typed) ?? [];
  const after = { url: values.get("address"), workspace: values.get("workspace") };
  if (waiting !== null) return toOperand(command, waiting, { ...after, typed });
  if (name !== undefined) {
    return toOperand(command, findValueName(command, name), { ...after, typed: value ?? "" });
  }
  if (typed.startsWith("-")) return null;
  const { registeredArguments: operands } = command;
  const last = operands.at(-1);
  const operand = operands[count] ?? (last?.variadic === true ? last : undefined);
  return toOperand(command, operand?.name() ?? null, { ...after, typed });
}

function toOperand(command: Command, name: string | null, rest: Omit<Operand, "kind">): Operand | null {
  const isRemoteFile = command.parent?.name() === "file" && command.name() !== "upload";
  if (isRemoteFile && (name === "file" || name === "files")) return { ...rest, kind: "file" };
  const sibling = command.parent?.name() === "folder" ? "folder" : "document";
  const kind = name === "sibling" ? sibling : kinds.get(name ?? "");
  return kind === undefined ? null : { ...rest, kind };
}

/** The name of an option's value, as in its flags: `folder` of `--folder <folder>`. Null without a value. */
function findValueName(command: Command, flag: string): string | null {
  for (let at: Command | null = command; at !== null; at = at.parent) {
    const option = at.options.find(({ short, long }) => short === flag || long === flag);
    if (option !== undefined) return /<(\w+)>/.exec(option.flags)?.[1] ?? null;
  }
  return null;
}

/** The words of a shell: without quotes, the last of which may be open, and with the parts of `--option=value` in one. */
export function joinWords(words: readonly string[]): readonly string[] {
  const joined: string[] = [];
  for (const word of words) {
    const before = joined.at(-1);
    const isValue = before !== undefined && /^--[\w-]+=$/.test(before);
    if (before !== undefined && (isValue || (word === "=" && /^--[\w-]+$/.test(before)))) {
      joined[joined.length - 1] = before + unquote(word);
    } else joined.push(unquote(word));
  }
  return joined;
}

const quoted = /'([^']*)(?:'|$)|"((?:\\.|[^"\\])*)(?:"|$)|\\(.)/gs;

const unquote = (word: string) =>
  word.replace(
    quoted,
    (_whole, single?: string, double?: string, escaped?: string) =>
      single ?? double?.replaceAll(/\\(["$`\\])/g, "$1") ?? escaped ?? "",
  );
