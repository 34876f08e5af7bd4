import type { Kind } from "./plan.ts";

/** Known hashes of files, which are valid as long as the file has the same stamp. */
export interface FileHashes {
  /** The hash of a file; null if it must be read. */
  find(path: string, kind: Kind, stamp: string): string | null;
  /** The stamp of the file whose hash is known; null if there is none. */
  findStamp(path: string): string | null;
  set(path: string, kind: Kind, seen: { stamp: string; hash: string }): void;
  delete(path: string): void;
  /** Records that a file has another path and stamp. */
  rename(from: string, to: string, stamp: string): void;
  /** Forgets all other files. */
  keepOnly(files: readonly { path: string }[]): void;
}

export function createFileHashes(): FileHashes {
  const known = new Map<string, { kind: Kind; stamp: string; hash: string }>();
  return {
    find(path, kind, stamp) {
      const before = known.get(path);
      return before?.kind === kind && before.stamp === stamp ? before.hash : null;
    },
    findStamp: (path) => known.get(path)?.stamp ?? null,
    set: (path, kind, { stamp, hash }) => void known.set(path, { kind, stamp, hash }),
    delete: (path) => void known.delete(path),
    rename(from, to, stamp) {
      const before = known.get(from);
      known.delete(from);
      if (before !== undefined) known.set(to, { ...before, stamp });
    },
    keepOnly(files) {
      if (known.size <= files.length) return;
      const kept = new Set(files.map(({ path }) => path));
      for (const path of known.keys()) if (!kept.has(path)) known.delete(path);
    },
  };
}
