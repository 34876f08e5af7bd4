import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";

import type { LeftOut, PathOptions } from "@mdreader/contract/synced-paths";

import { inBrief } from "../failure.ts";
import { hashOfFile } from "../transfer/attachments.ts";
import { readMarkdown, Unfit } from "../transfer/markdown-file.ts";
import type { Problem } from "../transfer/report.ts";
import { scan, type ScannedFile, type ScannedFolder } from "../transfer/scan.ts";
import type { LocalFile } from "./plan.ts";

/** The folder as it is on disk. */
export interface LocalTree {
  /**
   * Looks at all of it that belongs to the sync. A file that has not been touched since the last look is not read again.
   * @param isDocument Whether the file at a path is a document.
   */
  look(isDocument: (path: string) => boolean): Promise<LocalView>;
}

export interface LocalView {
  /** The files of Markdown. */
  files: LocalFile[];
  /** All others, such as pictures. */
  others: LocalFile[];
  /** What can't be taken, and why. */
  problems: Problem[];
  /** Whether there is something at a path, or above it, that can't be read: what was there is not known to be gone. */
  isUnreadable(path: string): boolean;
  leftOut: LeftOut[];
}

export const hashOf = (content: string | Uint8Array) => createHash("sha256").update(content).digest("hex");

/** @param paths Which paths belong to the sync. */
export function localTree(folder: string, paths: PathOptions): LocalTree {
  /** Hashes by path, each with what tells whether the file is still the one that was read. */
  let known = new Map<string, { stamp: string; hash: string }>();

  async function hashed({ path, location }: ScannedFile, read: typeof hashOfMarkdown): Promise<string> {
    const stamp = await stampOf(location);
    const before = known.get(path);
    const hash = before?.stamp === stamp ? before.hash : await read(location);
    known.set(path, { stamp, hash });
    return hash;
  }

  return {
    async look(isDocument) {
      const options = { paths, isDocument, others: true, followLinks: false };
      const { root, failed, skipped, leftOut } = await scan(folder, options);
      const problems = [...failed, ...skipped];
      const unreadable = new Set(problems.map(({ path }) => path.replace(/\/$/, "")));
      const view: LocalView = {
        files: [],
        others: [],
        problems,
        isUnreadable: (path) => selfAndAbove(path).some((one) => unreadable.has(one)),
        leftOut,
      };
      const take = async (file: ScannedFile, into: LocalFile[], read: typeof hashOfMarkdown) => {
        try {
          into.push({ path: file.path, hash: await hashed(file, read) });
        } catch (error) {
          if (!(error instanceof Unfit)) throw error;
          view.problems.push({ path: file.path, message: inBrief(error) });
          unreadable.add(file.path);
        }
      };
      const [files, others] = [allIn(root, "files"), allIn(root, "others")];
      for (const file of files) await take(file, view.files, hashOfMarkdown);
      for (const file of others) await take(file, view.others, hashOfFile);
      const found = [...files, ...others];
      const foundPaths = new Set(found.map(({ path }) => path));
      known = new Map([...known].filter(([path]) => foundPaths.has(path)));
      return view;
    },
  };
}

/** Differs whenever the file may have other bytes: programs that write in place and those that replace it. */
async function stampOf(location: string): Promise<string> {
  try {
    const { mtimeNs, ctimeNs, size, ino } = await stat(location, { bigint: true });
    return `${mtimeNs} ${ctimeNs} ${size} ${ino}`;
  } catch {
    throw new Unfit("is not there");
  }
}

function selfAndAbove(path: string): string[] {
  const names = path.split("/");
  return names.map((_, index) => names.slice(0, index + 1).join("/"));
}

const hashOfMarkdown = async (location: string) => hashOf(await readMarkdown(location));

function allIn(folder: ScannedFolder, kind: "files" | "others"): ScannedFile[] {
  return [...folder[kind], ...folder.folders.flatMap((child) => allIn(child, kind))];
}
