import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";

import { z } from "zod";

import { errorCode, replaceFileWith } from "../files.ts";

/** A map that remembers the keys that have changed since it was saved. */
export class TrackedMap<Value> extends Map<string, Value> {
  readonly #changed = new Set<string>();

  constructor(entries: Iterable<readonly [string, Value]> = []) {
    super();
    for (const [key, value] of entries) super.set(key, value);
  }

  override set(key: string, value: Value): this {
    this.#changed.add(key);
    return super.set(key, value);
  }

  override delete(key: string): boolean {
    if (this.has(key)) this.#changed.add(key);
    return super.delete(key);
  }

  override clear(): void {
    for (const key of this.keys()) this.#changed.add(key);
    super.clear();
  }

  /** The changes since the last call; null for a key that was deleted. */
  takeChanges(): [key: string, value: Value | null][] {
    const changes = [...this.#changed].map((key): [string, Value | null] => [key, this.get(key) ?? null]);
    this.#changed.clear();
    return changes;
  }
}

type Maps = Record<string, TrackedMap<unknown>>;

const pairs = z.array(z.tuple([z.string(), z.unknown()]));
type Pairs = z.infer<typeof pairs>;
/** Changes of maps, by the names of the maps; null for a deleted key. */
const changesFormat = z.record(z.string(), pairs);

/**
 * Maps in a file of JSON lines. The first line is a header, and each other line contains changes of the maps. Changes are
 * appended, so that saving costs in proportion to what has changed. A line that a killed process wrote partly is ignored.
 */
export interface MapFile {
  /** The header and the content of the maps; null if there is no file. @throws Error for other content. */
  read(): Promise<{ header: unknown; maps: Record<string, Pairs> } | null>;
  /**
   * Appends the changes since the last call. Writes everything into a new file, if the file is not as this process left it, and
   * if more than half of it is obsolete.
   */
  save(header: unknown, maps: Maps): Promise<void>;
}

/** Obsolete values that a file may contain in any case. */
const minObsoleteValues = 1000;
/** Values per line when everything is written. */
const valuesPerLine = 1000;
/** Fails if the file does not exist. */
const appendOnly = constants.O_WRONLY | constants.O_APPEND;

/** @param mode The permissions of the file. */
export function createMapFile(path: string, mode?: number): MapFile {
  /** The file as this process last read or wrote it; null if it must be written completely. */
  let known: { ino: bigint; size: bigint; values: number } | null = null;
  let isSaved = false;
  let saving = Promise.resolve();

  async function append(line: string, values: number): Promise<boolean> {
    const before = known;
    known = null;
    if (before === null) return false;
    try {
      await using file = await open(path, appendOnly);
      const { ino, size } = await identify(file);
      if (ino !== before.ino || size !== before.size) return false;
      await file.appendFile(line);
      known = { ...(await identify(file)), values: before.values + values };
      return true;
    } catch (error) {
      if (errorCode(error) === "ENOENT") return false;
      throw error;
    }
  }

  function replace(header: unknown, maps: Maps, values: number): Promise<void> {
    return replaceFileWith(
      path,
      async (file) => {
        await file.appendFile(toLine(header));
        for (const line of splitIntoLines(maps)) await file.appendFile(toLine(line));
        known = { ...(await identify(file)), values };
      },
      mode,
    );
  }

  async function save(header: unknown, maps: Maps): Promise<void> {
    const changes = Object.entries(maps).map(([name, map]) => [name, map.takeChanges()] as const);
    const changed = changes.reduce((sum, [, { length }]) => sum + length, 0);
    if (changed === 0 && isSaved) return;
    isSaved = false; // if this fails
    const values = Object.values(maps).reduce((sum, { size }) => sum + size, 0);
    const obsolete = (known?.values ?? 0) + changed - values;
    if (obsolete > Math.max(minObsoleteValues, values)) known = null;
    const line = toLine(Object.fromEntries(changes));
    if (!(await append(line, changed))) await replace(header, maps, values);
    isSaved = true;
  }

  return {
    async read() {
      const found = await readIfExists(path);
      if (found === null) return null;
      const { text, ino, size } = found;
      const end = text.lastIndexOf("\n") + 1;
      const [header, ...lines] = parseLines(text.slice(0, end));
      const maps = new Map<string, Map<string, unknown>>();
      let values = 0;
      for (const line of lines) {
        for (const [name, changes] of Object.entries(changesFormat.parse(line))) {
          const map = maps.get(name) ?? new Map<string, unknown>();
          maps.set(name, map);
          values += changes.length;
          for (const [key, value] of changes) {
            if (value === null) map.delete(key);
            else map.set(key, value);
          }
        }
      }
      if (end === text.length) known = { ino, size, values };
      isSaved = true;
      return { header, maps: Object.fromEntries([...maps].map(([name, map]) => [name, [...map]])) };
    },
    save(header, maps) {
      const saved = saving.then(() => save(header, maps));
      saving = saved.catch(() => {});
      return saved;
    },
  };
}

const toLine = (value: unknown) => `${JSON.stringify(value)}\n`;

function* splitIntoLines(maps: Maps): Generator<Record<string, Pairs>> {
  for (const [name, map] of Object.entries(maps)) {
    let line: Pairs = [];
    for (const pair of map) {
      line.push(pair);
      if (line.length < valuesPerLine) continue;
      yield { [name]: line };
      line = [];
    }
    if (line.length > 0) yield { [name]: line };
  }
}

async function readIfExists(path: string) {
  try {
    await using file = await open(path);
    // First, so that changes during the read are noticed.
    const identity = await identify(file);
    return { text: await file.readFile("utf8"), ...identity };
  } catch (error) {
    if (errorCode(error) === "ENOENT") return null;
    throw error;
  }
}

async function identify(file: FileHandle) {
  const { ino, size } = await file.stat({ bigint: true });
  return { ino, size };
}

function* parseLines(text: string): Generator<unknown> {
  for (let start = 0; start < text.length;) {
    const end = text.indexOf("\n", start);
    yield JSON.parse(text.slice(start, end));
    start = end + 1;
  }
}
