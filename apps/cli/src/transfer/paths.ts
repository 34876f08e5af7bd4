import { readFile } from "node:fs/promises";
import { join } from "node:path";

import {
  ignoreFileName,
  type LeftOut,
  type LeftOutReason,
  leftOutMessages,
  type PathOptions,
} from "@mdreader/contract/synced-paths";
import ignore from "ignore";

import { Failure } from "../failure.ts";
import { errorCode, describeFileError } from "../files.ts";
import type { Problem } from "./report.ts";

/** Path options of the command line. */
export interface PathArguments {
  includeHidden?: boolean | undefined;
  /** Names of files and folders to leave out. */
  exclude?: readonly string[] | undefined;
}

/** The paths of a folder that belong to a sync or import, with the rules of its ignore file. */
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
    throw new Failure("FILE", `${ignoreFileName} ${describeFileError(cause)}.`, { cause });
  }
}

const describeLeftOut = (reason: LeftOutReason) =>
  reason === "hidden"
    ? `${leftOutMessages.hidden}; include it with --include-hidden`
    : leftOutMessages[reason];

/** The paths that are left out, without duplicates and sorted. Files of the sync itself are omitted. */
export function listLeftOutProblems(parts: readonly LeftOut[]): Problem[] {
  const reported = parts.filter(({ reason }) => reason !== "sync state");
  const messages = new Map(reported.map(({ path, reason }) => [path, describeLeftOut(reason)]));
  return [...messages]
    .map(([path, message]) => ({ path, message }))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
}
