import { foldCase, type NameRules, toSafeFileName } from "@mdreader/contract/file-names";

/** Names that every system accepts, and that no system confuses. */
export const portableRules: NameRules = { caseSensitive: false, windows: true };

/**
 * Assigns the paths of an archive that unpacks on every system: no two differ only in case or in Unicode
 * normalization, and none is both a file and a folder.
 */
export class ArchivePaths {
  /** Assigned paths, by their form without differences of case and Unicode normalization. */
  readonly #taken = new Map<string, { path: string; isFolder: boolean }>();
  /**
   * The last number appended to a file's path, by the path without it, because thousands of files may have the same
   * name.
   */
  readonly #lastNumbers = new Map<string, number>();

  /** Returns the path of a folder, without a trailing slash. The result is the same for the same folder. */
  folder(path: string): string {
    return path === "" ? "" : this.#assign(path, "folder");
  }

  /** Returns the path of a file, or the next free one. */
  file(path: string): string {
    return this.#assign(path, "file");
  }

  #assign(path: string, kind: "folder" | "file"): string {
    const isFolder = kind === "folder";
    const at = path.lastIndexOf("/");
    const parent = at === -1 ? "" : `${this.folder(path.slice(0, at))}/`;
    const name = toSafeFileName(path.slice(at + 1), portableRules);
    const targetKey = foldCase(parent + name, portableRules);
    for (let count = isFolder ? 1 : (this.#lastNumbers.get(targetKey) ?? 0) + 1; ; count += 1) {
      const candidate = parent + (count === 1 ? name : addNumber(name, count));
      const key = foldCase(candidate, portableRules);
      const taken = this.#taken.get(key);
      if (taken === undefined) {
        this.#taken.set(key, { path: candidate, isFolder });
        if (!isFolder) this.#lastNumbers.set(targetKey, count);
        return candidate;
      }
      if (isFolder && taken.isFolder) return taken.path;
    }
  }
}

function addNumber(name: string, count: number): string {
  const [, stem = name, ending = ""] = /^(.+?)(\.[^.]+)?$/su.exec(name) ?? [];
  return toSafeFileName(`${stem} (${count})${ending}`, portableRules);
}
