import { lstat, stat } from "node:fs/promises";
import { join } from "node:path";

import type { LeftOut, PathOptions } from "@mdreader/contract/synced-paths";

import { toShortMessage } from "../failure.ts";
import { hashOfFile } from "../transfer/attachments.ts";
import { readMarkdown, UnsupportedFileError } from "../transfer/markdown-file.ts";
import type { Problem } from "../transfer/report.ts";
import { scan, type ScannedFile, type ScannedFolder } from "../transfer/scan.ts";
import { asidePrefix, hashText, baseName, formatStamp } from "./names.ts";
import type { Kind, LocalFile } from "./plan.ts";

/** The folder as it is on disk. */
export interface LocalTree {
  /**
   * Scans all files that belong to the sync. Files unchanged since the last scan are not read again.
   * @param kindOf The kind of the file at a path.
   */
  scan(kindOf: (path: string) => Kind): Promise<LocalScan>;
}

export interface LocalScan {
  files: LocalFile[];
  /** Files that can't be synced, with the reason. */
  problems: Problem[];
  /** Whether a path or one of its parents can't be read, so that its absence does not mean deletion. */
  isUnreadable(path: string): boolean;
  leftOut: LeftOut[];
  /** Files that a killed run left under temporary names. */
  setAside: string[];
}

/**
 * @param paths Which paths belong to the sync.
 * @param mounts Known folders on separate disks; new ones are added.
 */
export function createLocalTree(folder: string, paths: PathOptions, mounts: Set<string>): LocalTree {
  /** Hashes by path, each with a stamp that detects changes. */
  let known = new Map<string, { stamp: string; hash: string }>();

  async function hashed({ path, location }: ScannedFile, kind: Kind): Promise<string> {
    const stamp = `${kind} ${await stampAt(location)}`;
    const before = known.get(path);
    const hash = before?.stamp === stamp ? before.hash : await readers[kind](location);
    known.set(path, { stamp, hash });
    return hash;
  }

  return {
    async scan(kindOf) {
      const isDocument = (path: string) => kindOf(path) === "document";
      const options = { paths, isDocument, others: true, followLinks: false };
      const { root, failed, skipped, leftOut } = await scan(folder, options);
      const problems = [...failed, ...skipped, ...(await findLostMounts(folder, mounts, root))];
      const unreadable = new Set(problems.map(({ path }) => path.replace(/\/$/, "")));
      const files: LocalFile[] = [];
      const found = [
        ...listEntries(root, "files").map((file) => ({ file, kind: "document" as const })),
        ...listEntries(root, "others").map((file) => ({ file, kind: "file" as const })),
      ];
      for (const { file, kind } of found) {
        try {
          files.push({ kind, path: file.path, hash: await hashed(file, kind) });
        } catch (error) {
          if (!(error instanceof UnsupportedFileError)) throw error;
          // Deleted during the scan.
          if (error.message === "does not exist") continue;
          problems.push({ path: file.path, message: toShortMessage(error) });
          unreadable.add(file.path);
        }
      }
      const foundPaths = new Set(found.map(({ file }) => file.path));
      known = new Map([...known].filter(([path]) => foundPaths.has(path)));
      return {
        files,
        problems,
        isUnreadable: (path) => listAncestors(path).some((one) => unreadable.has(one)),
        leftOut,
        setAside: leftOut.flatMap(({ path }) => (baseName(path).startsWith(asidePrefix) ? [path] : [])),
      };
    },
  };
}

/** Folders that were mount points but are now missing or on the disk of their parent: their files are not deleted. */
async function findLostMounts(folder: string, mounts: Set<string>, root: ScannedFolder): Promise<Problem[]> {
  const own = await lstat(folder);
  const visit = async ({ folders }: ScannedFolder, device: number): Promise<void> => {
    for (const child of folders) {
      const { dev } = await lstat(join(folder, child.path)).catch(() => ({ dev: device }));
      if (dev !== device) mounts.add(child.path);
      await visit(child, dev);
    }
  };
  await visit(root, own.dev);
  const lost: Problem[] = [];
  for (const path of mounts) {
    const [at, above] = [join(folder, path), join(folder, path, "..")];
    const [{ dev }, parent] = await Promise.all([
      lstat(at).catch(() => ({ dev: null })),
      lstat(above).catch(() => ({ dev: null })),
    ]);
    if (dev === null || dev === parent.dev) lost.push({ path: `${path}/`, message: "is not mounted" });
  }
  return lost;
}

async function stampAt(location: string): Promise<string> {
  try {
    return formatStamp(await stat(location, { bigint: true }));
  } catch {
    throw new UnsupportedFileError("does not exist");
  }
}

function listAncestors(path: string): string[] {
  const names = path.split("/");
  return names.map((_, index) => names.slice(0, index + 1).join("/"));
}

const readers: Record<Kind, (location: string) => Promise<string>> = {
  document: async (location) => hashText(await readMarkdown(location)),
  file: hashOfFile,
};

function listEntries(folder: ScannedFolder, kind: "files" | "others"): ScannedFile[] {
  return [...folder[kind], ...folder.folders.flatMap((child) => listEntries(child, kind))];
}
