import { foldCase, type NameRules, toSafeFileName } from "@mdreader/contract/file-names";

/** What every system takes, and no two names that only some tell apart. */
export const portableRules: NameRules = { caseSensitive: false, windows: true };

/**
 * Gives out the paths of an archive that is to unpack on every system: no two differ only in case or in the normal form
 * of their letters, and none is a file's and a folder's.
 */
export class ArchivePaths {
  /** The spelling of what has been given out, by the path as the least exact system sees it. */
  readonly #taken = new Map<string, { path: string; isFolder: boolean }>();
  /** The last number that a file's path was given, by the path without it: thousands may want the same. */
  readonly #lastNumbers = new Map<string, number>();

  /** The path of a folder, without a slash at its end: the same for the same folder. */
  folder(path: string): string {
    return path === "" ? "" : this.#assign(path, true);
  }

  /** The path of a file, or the next that nothing has. */
  file(path: string): string {
    return this.#assign(path, false);
  }

  #assign(path: string, isFolder: boolean): string {
    const at = path.lastIndexOf("/");
    const parent = at === -1 ? "" : `${this.folder(path.slice(0, at))}/`;
    const name = toSafeFileName(path.slice(at + 1), portableRules);
    const wanted = foldCase(parent + name, portableRules);
    for (let count = isFolder ? 1 : (this.#lastNumbers.get(wanted) ?? 0) + 1; ; count += 1) {
      const wish = parent + (count === 1 ? name : addNumber(name, count));
      const key = foldCase(wish, portableRules);
      const known = this.#taken.get(key);
      if (known === undefined) {
        this.#taken.set(key, { path: wish, isFolder });
        if (!isFolder) this.#lastNumbers.set(wanted, count);
        return wish;
      }
      if (isFolder && known.isFolder) return known.path;
    }
  }
}

function addNumber(name: string, count: number): string {
  const [, stem = name, ending = ""] = /^(.+?)(\.[^.]+)?$/su.exec(name) ?? [];
  return toSafeFileName(`${stem} (${count})${ending}`, portableRules);
}
