import { stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import type { NameRules } from "./names.ts";

/** Detects the name rules of the disk of `folder`, without writing to it. */
export async function detectNameRules(folder: string): Promise<NameRules> {
  const windows = process.platform === "win32";
  return {
    windows,
    caseSensitive: (await isCaseSensitive(folder)) ?? !(windows || process.platform === "darwin"),
  };
}

/** Whether the folder's name in the other case is not found; null if the name has no letters. */
async function isCaseSensitive(folder: string): Promise<boolean | null> {
  const name = basename(folder);
  const otherwise = name === name.toUpperCase() ? name.toLowerCase() : name.toUpperCase();
  if (otherwise === name) return null;
  const folderStats = await stat(folder);
  try {
    const other = await stat(join(dirname(folder), otherwise));
    return other.ino !== folderStats.ino || other.dev !== folderStats.dev;
  } catch {
    return true;
  }
}
