import { lstatSync, statSync } from "node:fs";
import { join } from "node:path";

import { type LeftOut, type PathOptions, temporaryPrefix } from "@mdreader/contract/synced-paths";

import { toShortMessage } from "../failure.ts";
import { describeFileError } from "../files.ts";
import { hashFile } from "../transfer/attachments.ts";
import { readMarkdown, UnsupportedFileError } from "../transfer/markdown-file.ts";
import type { Problem } from "../transfer/report.ts";
import { scan, type ScannedFile, type ScannedFolder } from "../transfer/scan.ts";
import type { FileHashes } from "./file-hashes.ts";
import { asidePrefix, hashText, toBaseName, formatStamp, toParentPath } from "./names.ts";
import type { Kind, LocalFile } from "./plan.ts";

/** The folder as it is on disk. */
export interface LocalTree {
  /**
   * Scans all files that belong to the sync. Files unchanged since the last scan are not read again.
   * @param kindOf The kind of the file at a path.
   */
  scan(kindOf: (path: string) => Kind): Promise<LocalScan>;
  /** Whether a path is as the last scan found it, or as a sync wrote it: a file, a folder with files, or nothing. */
  isAsScanned(path: string): boolean;
}

export interface LocalScan {
  files: LocalFile[];
  /** Files that can't be synced, with the reason. */
  problems: Problem[];
  /** Whether a path or one of its parents can't be read, so that its absence does not mean deletion. */
  isUnreadable(path: string): boolean;
  leftOut: LeftOut[];
  /** Files that a killed run set aside under temporary names. */
  setAside: string[];
  /** Temporary files of running and killed runs. */
  temporary: string[];
}

/**
 * @param paths Which paths belong to the sync.
 * @param mounts Known folders on separate disks; new ones are added.
 */
export function createLocalTree(
  folder: string,
  { paths, mounts, hashes }: { paths: PathOptions; mounts: Map<string, true>; hashes: FileHashes },
): LocalTree {
  /** Folders with files, as of the last scan. */
  let folders = new Set<string>();
  return {
    isAsScanned(path) {
      try {
        const found = lstatSync(join(folder, path), { bigint: true, throwIfNoEntry: false });
        if (found?.isDirectory() === true) return folders.has(path);
        const stamp = found === undefined ? null : formatStamp(found);
        return !folders.has(path) && hashes.findStamp(path) === stamp;
      } catch {
        return false; // not accessible
      }
    },
    async scan(kindOf) {
      const isDocument = (path: string) => kindOf(path) === "document";
      const options = { paths, isDocument, others: true, followLinks: false };
      const { root, failed, skipped, leftOut } = await scan(folder, options);
      const problems = [...failed, ...skipped, ...findLostMounts(folder, mounts, root)];
      const unreadable = new Set(problems.map(({ path }) => path.replace(/\/$/, "")));
      const files: LocalFile[] = [];
      const add = async ({ path, location }: ScannedFile, kind: Kind) => {
        try {
          const stamp = readStamp(location);
          let hash = hashes.find(path, kind, stamp);
          if (hash === null) {
            hash = await readers[kind](location);
            hashes.set(path, kind, { stamp, hash });
          }
          files.push({ kind, path, hash });
        } catch (error) {
          if (!(error instanceof UnsupportedFileError)) throw error;
          // Deleted during the scan.
          if (error.message === "doesn't exist") return;
          problems.push({ path, message: toShortMessage(error) });
          unreadable.add(path);
        }
      };
      for (const file of listEntries(root, "files")) await add(file, "document");
      for (const file of listEntries(root, "others")) await add(file, "file");
      hashes.keepOnly(files);
      folders = new Set(files.map((file) => toParentPath(file.path)));
      const temporary = leftOut.flatMap(({ path }) =>
        toBaseName(path).startsWith(temporaryPrefix) ? [path] : [],
      );
      return {
        files,
        problems,
        isUnreadable: (path) => unreadable.size > 0 && listAncestors(path).some((one) => unreadable.has(one)),
        leftOut,
        setAside: temporary.filter((path) => toBaseName(path).startsWith(asidePrefix)),
        temporary,
      };
    },
  };
}

/** Folders that were mount points but are now missing or on the disk of their parent: their files are not deleted. */
function findLostMounts(folder: string, mounts: Map<string, true>, root: ScannedFolder): Problem[] {
  const readDevice = (path: string): number | null => {
    try {
      return lstatSync(join(folder, path)).dev;
    } catch {
      return null;
    }
  };
  const visit = ({ folders }: ScannedFolder, device: number | null): void => {
    for (const child of folders) {
      const childDevice = readDevice(child.path) ?? device;
      if (childDevice !== device) mounts.set(child.path, true);
      visit(child, childDevice);
    }
  };
  visit(root, readDevice(""));
  const lostProblems: Problem[] = [];
  for (const path of mounts.keys()) {
    const device = readDevice(path);
    if (device === null || device === readDevice(join(path, ".."))) {
      lostProblems.push({ path: `${path}/`, message: "isn't mounted" });
    }
  }
  return lostProblems;
}

function readStamp(location: string): string {
  try {
    return formatStamp(statSync(location, { bigint: true }));
  } catch (error) {
    throw new UnsupportedFileError(describeFileError(error));
  }
}

function listAncestors(path: string): string[] {
  const names = path.split("/");
  return names.map((_, index) => names.slice(0, index + 1).join("/"));
}

const readers: Record<Kind, (location: string) => Promise<string>> = {
  document: async (location) => hashText(readMarkdown(location)),
  file: hashFile,
};

function* listEntries(folder: ScannedFolder, kind: "files" | "others"): Generator<ScannedFile> {
  yield* folder[kind];
  for (const child of folder.folders) yield* listEntries(child, kind);
}
