import { maxNameLength } from "./limits.ts";
import { findAppearanceProblem } from "./names.ts";

const encoder = new TextEncoder();

/**
 * File names of documents, and document titles of files.
 *
 * A document's title is its file's name without `.md`. If that would not lead back to the same name, the title is the
 * whole name: `README.markdown`, `NOTES.MD`, `x.markdown.md`, `.md`. Conversely, a title that ends like a Markdown file
 * is the file's name, and any other title gets `.md`. Every name of a Markdown file therefore survives the round trip,
 * and no two of them share a title:
 *
 *     guide.md         ⇄ guide
 *     guide.markdown   ⇄ guide.markdown
 *     guide.md.md      ⇄ guide.md.md        (as "guide.md" it would become guide.md)
 *     robots.txt.md    ⇄ robots.txt         (a robots.txt would come back as a file, not as a document)
 *
 * Titles that were not derived from files may contain characters that file names can't. `toSafeFileName` replaces
 * these, and `assignNames` resolves duplicates.
 */

/** Extensions of files that hold Markdown, or text that can be read as Markdown. */
export const markdownExtensions = [".md", ".markdown", ".mdown", ".mkd", ".mdx", ".txt"] as const;

const markdownExtension = ".md";

/** Whether a file's name, or a title, ends like a Markdown file. */
export function hasMarkdownExtension(name: string): boolean {
  return splitExtension(name) !== "";
}

/** Whether an import turns a file of this name into a document. Plain text stays a file. */
export function isDocumentName(name: string): boolean {
  const ending = splitExtension(name).toLowerCase();
  return ending !== "" && ending !== ".txt";
}

/** The title of the document for a file. The server may reject it: see `findTitleProblem`. */
export function toTitle(fileName: string): string {
  const stem = fileName.endsWith(markdownExtension) ? fileName.slice(0, -markdownExtension.length) : fileName;
  return isDocumentName(stem) || findTitleProblem(stem) !== null ? fileName : stem;
}

/** The name of the file for a document of this title, before characters that a disk rejects are replaced. */
export function toFileName(title: string): string {
  return isDocumentName(title) ? title : `${title}${markdownExtension}`;
}

const control = /[\p{Cc}\u2028\u2029]/u;

/** Returns why the server would reject or change this title of a document or name of a folder. Null if it is valid. */
export function findTitleProblem(title: string): string | null {
  if (title.trim() === "") return "its name is empty";
  if (title.trim() !== title) return "its name begins or ends with whitespace";
  if (title.length > maxNameLength) return `its name is longer than ${maxNameLength} characters`;
  if (control.test(title)) return "its name has control characters";
  if (!title.isWellFormed()) return "its name isn't valid Unicode";
  const problem = findAppearanceProblem(title);
  return problem === null ? null : `its name ${problem}`;
}

/** The same for a folder, whose name can't contain a backslash either. */
export function findFolderNameProblem(name: string): string | null {
  return name.includes("\\") ? "its name has a backslash" : findTitleProblem(name);
}

/** Rules of a file system for names. */
export interface NameRules {
  /** Whether `a.md` and `A.md` are two files. */
  caseSensitive: boolean;
  /** Whether Windows' rules apply: some characters and names are reserved, and lengths count UTF-16 units. */
  windows: boolean;
}

/** The longest name of a file: in UTF-8 bytes, or in UTF-16 units on Windows. */
const maxNameBytes = 255;

const forbiddenEverywhere = /[/\p{Cc}]/gu;
const forbiddenOnWindows = /[<>:"/\\|?*\p{Cc}]/gu;
const devices = /^(?:con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/i;

/** The closest name that the file system accepts. It never leads out of its folder. */
export function toSafeFileName(name: string, rules: NameRules): string {
  const { windows } = rules;
  let safe = name.toWellFormed().replace(windows ? forbiddenOnWindows : forbiddenEverywhere, "-");
  if (windows) safe = safe.replace(/[. ]+$/, (end) => "-".repeat(end.length)).replace(devices, "_$&");
  if (safe === "" || safe === "." || safe === "..") safe = `_${safe}`;
  return safe.length * 3 <= maxNameBytes ? safe : shortenName(safe, 0, rules).join("");
}

/**
 * Splits a name into stem and extension. Cuts the stem between grapheme clusters, so that the name has room for a
 * suffix of `markLength` ASCII characters between the two.
 */
function shortenName(
  name: string,
  markLength: number,
  { windows }: NameRules,
): [stem: string, ending: string] {
  const ending = splitExtension(name);
  const measureLength = (text: string) => (windows ? text.length : encoder.encode(text).byteLength);
  const stem = name.slice(0, name.length - ending.length);
  let remaining = maxNameBytes - markLength - measureLength(ending);
  if (measureLength(stem) <= remaining) return [stem || "_", ending];
  let end = 0;
  characters ??= new Intl.Segmenter();
  for (const { segment } of characters.segment(stem)) {
    remaining -= measureLength(segment);
    if (remaining < 0) break;
    end += segment.length;
  }
  return [stem.slice(0, end) || "_", ending];
}

/** Created when it is needed, because it loads data. */
let characters: Intl.Segmenter | null = null;

function splitExtension(name: string): string {
  const lower = name.toLowerCase();
  const ending = markdownExtensions.find((one) => lower.endsWith(one));
  return ending === undefined ? "" : name.slice(-ending.length);
}

/** A folder or document among the others of its folder. */
export interface Entry {
  id: string;
  kind: "folder" | "document";
  /** A folder's name, or a document's title. */
  name: string;
}

/**
 * Assigns unique names to the folders and files of one folder. Entries whose exact name is possible get it. If several
 * entries want one name, folders come first, then the oldest; the others get a number: `notes (2).md`. The result
 * depends only on the entries.
 *
 * @returns The names by entry ID.
 */
export function assignNames(entries: readonly Entry[], rules: NameRules): Map<string, string> {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  const take = (id: string, name: string) => {
    taken.add(foldCase(name, rules));
    names.set(id, name);
  };
  const isFree = (name: string) => !taken.has(foldCase(name, rules));

  const remaining = [];
  for (const preferred of entries.map((entry) => toPreferredName(entry, rules)).toSorted(byPriority)) {
    if (isFree(preferred.name)) take(preferred.id, preferred.name);
    else remaining.push(preferred);
  }
  const number = createNumbering(rules);
  for (const { id, name } of remaining) {
    let numbered = number(name);
    while (!isFree(numbered)) numbered = number(name);
    take(id, numbered);
  }
  return names;
}

/** Returns a function that appends the next number to a name, from 2, and never returns a name twice. */
function createNumbering(rules: NameRules): (name: string) => string {
  const parts = new Map<string, [stem: string, ending: string]>();
  // Keyed by the shortened name, because several long names may be cut to the same one.
  const nextNumbers = new Map<string, number>();
  return (name) => {
    for (let digits = 1; ; digits++) {
      const key = `${digits} ${name}`;
      const [stem, ending] = parts.get(key) ?? shortenName(name, " ()".length + digits, rules);
      parts.set(key, [stem, ending]);
      const cut = `${digits} ${foldCase(stem + ending, rules)}`;
      const number = nextNumbers.get(cut) ?? Math.max(2, 10 ** (digits - 1));
      if (number >= 10 ** digits) continue;
      nextNumbers.set(cut, number + 1);
      return `${stem} (${number})${ending}`;
    }
  };
}

/** Maps names that the file system treats as equal to the same string. */
export function foldCase(name: string, { caseSensitive }: NameRules): string {
  return caseSensitive ? name : name.normalize("NFC").toLowerCase();
}

/** An entry with the name that it would have if it were alone. */
interface PreferredName extends Entry {
  /** Whether the name leads back to the entry. A file that was imported under this name must get it again. */
  isExact: boolean;
}

function toPreferredName({ id, kind, name }: Entry, rules: NameRules): PreferredName {
  const unchanged = kind === "folder" ? name : toFileName(name);
  const safeName = toSafeFileName(unchanged, rules);
  const isExact = safeName === unchanged && (kind === "folder" || toTitle(safeName) === name);
  return { id, kind, name: safeName, isExact };
}

function byPriority(a: PreferredName, b: PreferredName): number {
  if (a.isExact !== b.isExact) return a.isExact ? -1 : 1;
  if (a.kind !== b.kind) return a.kind === "folder" ? -1 : 1;
  return a.id < b.id ? -1 : 1; // IDs begin with the time
}
