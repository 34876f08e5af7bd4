import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { relative, sep } from "node:path";

import { inBrief } from "../failure.ts";
import { temporaryPrefix } from "../files.ts";
import { hashOfFile } from "../transfer/attachments.ts";
import { readMarkdown, Unfit } from "../transfer/markdown-file.ts";
import type { Problem } from "../transfer/report.ts";
import { scan, type ScannedFile, type ScannedFolder } from "../transfer/scan.ts";
import type { LocalFile } from "./plan.ts";
import { stateFileName } from "./state.ts";

/** The folder as it is on disk. */
export interface LocalTree {
  /** Looks at all of it. A file that has not been touched since the last look is not read again. */
  look(): Promise<LocalView>;
}

export interface LocalView {
  /** The files of Markdown. */
  files: LocalFile[];
  /** All others, such as pictures. */
  others: LocalFile[];
  /** What can't be taken, and why. */
  problems: Problem[];
  unreadable: Set<string>;
}

/** Version control, package managers and editors keep what is theirs in folders of these names. */
const excluded = new Set([".git", ".hg", ".svn", ".obsidian", ".trash", "node_modules", stateFileName]);
const endings = [".md", ".markdown"];

/** Whether the file at a path is a document in the workspace: all others are files there too. */
export const isDocument = (path: string) => endings.some((ending) => path.toLowerCase().endsWith(ending));

/** Whether a path on disk is never looked at. */
export function isExcluded(path: string, folder: string): boolean {
  const names = relative(folder, path).split(sep);
  return names.some((name) => excluded.has(name) || name.startsWith(temporaryPrefix));
}

export const hashOf = (content: string | Uint8Array) => createHash("sha256").update(content).digest("hex");

export function localTree(folder: string): LocalTree {
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
    async look() {
      const { root, failed, skipped } = await scan(folder, { endings, excluded, others: true });
      const view: LocalView = {
        files: [],
        others: [],
        problems: [...failed, ...skipped],
        unreadable: new Set(failed.map(({ path }) => path)),
      };
      const take = async (file: ScannedFile, into: LocalFile[], read: typeof hashOfMarkdown) => {
        try {
          into.push({ path: file.path, hash: await hashed(file, read) });
        } catch (error) {
          if (!(error instanceof Unfit)) throw error;
          view.problems.push({ path: file.path, message: inBrief(error) });
          view.unreadable.add(file.path);
        }
      };
      const [files, others] = [allIn(root, "files"), allIn(root, "others")];
      for (const file of files) await take(file, view.files, hashOfMarkdown);
      for (const file of others) await take(file, view.others, hashOfFile);
      const found = [...files, ...others];
      const paths = new Set(found.map(({ path }) => path));
      known = new Map([...known].filter(([path]) => paths.has(path)));
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

const hashOfMarkdown = async (location: string) => hashOf(await readMarkdown(location));

function allIn(folder: ScannedFolder, kind: "files" | "others"): ScannedFile[] {
  return [...folder[kind], ...folder.folders.flatMap((child) => allIn(child, kind))];
}
