import { readFile } from "node:fs/promises";
import { join } from "node:path";

import {
  ignoreFileName,
  type LeftOut,
  leftOutMessages,
  type PathOptions,
} from "@mdreader/contract/synced-paths";
import ignore from "ignore";

import { Failure } from "../failure.ts";
import { errorCode, describeFileError } from "../files.ts";
import type { Problem } from "./report.ts";

/** What the command line says of which paths are taken. */
export interface PathArguments {
  includeHidden?: boolean | undefined;
  /** Names of folders and files to leave out. */
  exclude?: readonly string[] | undefined;
}

/** Which paths of a folder belong to a sync or an import, with what its ignore file says. */
export async function readPathOptions(
  folder: string,
  { includeHidden = false, exclude = [] }: PathArguments,
): Promise<PathOptions> {
  const excluded = new Set(exclude);
  const patterns = ignore({ ignorecase: false, allowRelativePaths: true }).add(await readPatterns(folder));
  const isExcluded = (path: string) => excluded.has(path.replace(/\/$/, "").replace(/^.*\//s, ""));
  return { includeHidden, isIgnored: (path) => isExcluded(path) || patterns.ignores(path) };
}

async function readPatterns(folder: string): Promise<string> {
  try {
    return await readFile(join(folder, ignoreFileName), "utf8");
  } catch (cause) {
    if (errorCode(cause) === "ENOENT") return "";
    throw new Failure("FILE", `${ignoreFileName}: ${describeFileError(cause)}.`, { cause });
  }
}

/** What is told of parts that are left out, each once and in their order: all but what is the sync's own. */
export function listLeftOutProblems(parts: readonly LeftOut[]): Problem[] {
  const told = parts.filter(({ reason }) => reason !== "sync state");
  const messages = new Map(told.map(({ path, reason }) => [path, leftOutMessages[reason]]));
  return [...messages]
    .map(([path, message]) => ({ path, message }))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
}
