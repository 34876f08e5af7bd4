import { UnsupportedFileError } from "../transfer/markdown-file.ts";
import type { LocalFileSystem } from "./local-file-system.ts";
import type { Direction } from "./plan.ts";
import type { SyncReport } from "./report.ts";

/**
 * Keeps a file of the folder beside the workspace's version: moves it to an unused name, and reports that.
 * @param path The path that it should have.
 */
export async function keepLocalFile(
  disk: LocalFileSystem,
  report: SyncReport,
  path: string,
  from = path,
): Promise<void> {
  report.kept.push({ path, as: await createConflictCopy(disk, from, path) });
}

/** @throws UnsupportedFileError unless the sync changes both sides, and can keep a version of each. */
export function assertCanKeepBoth(direction: Direction): void {
  if (direction === "both") return;
  throw new UnsupportedFileError("differs on both sides; `sync` keeps both versions");
}

/** A sibling path, such as `a (mine).md` or `a (mine 2).md`. */
function toSiblingPath(path: string, number: number): string {
  const dot = path.lastIndexOf(".");
  const end = dot > path.lastIndexOf("/") ? dot : path.length;
  return `${path.slice(0, end)} (mine${number === 1 ? "" : ` ${number}`})${path.slice(end)}`;
}

/** Moves a file to an unused name beside a path. @returns The new path. */
async function createConflictCopy(disk: LocalFileSystem, from: string, path: string): Promise<string> {
  for (let number = 1; ; number += 1) {
    const as = toSiblingPath(path, number);
    if ((await disk.hash(as)) !== null) continue;
    await disk.move(from, as);
    return as;
  }
}
