import { maxPathNames } from "./paths.ts";
import type { LinkSyntax } from "./read-markdown.ts";

/**
 * Targets of wiki links, with Obsidian's rules: a name refers to a file anywhere in the workspace, with or without
 * `.md`, in any case. Of several files, the one whose whole path is written has precedence, then one below the
 * document's own folder, then the one with the shortest path. If no file has the name, the link refers to a document
 * with that title or alias in its front matter.
 */

/** The parsed target of a wiki link. */
export interface WikiTarget {
  /** The names of its path as written, with the file's name last. */
  names: string[];
  /** The start of the path: `/a` at the root, `./a` and `../a` in the document's folder, and `a` in any folder. */
  start: "anywhere" | "root" | "folder";
  /** The rest of the target: `#Heading` or nothing. */
  suffix: string;
}

/**
 * The form of a wiki link where other links are paths: `[[Folder/Note]]#Heading`. Null for a link within its own
 * document, such as `[[#Heading]]`.
 */
export function wikiPath(target: string): string | null {
  const path = target.replace(/#.*$/s, "").trim();
  return path === "" ? null : `[[${path}]]${/#.*$/s.exec(target)?.[0].trim() ?? ""}`;
}

/** The path with which a link is resolved: its target or, for a wiki link, the form of `wikiPath`. */
export const linkPath = ({ syntax, target }: { syntax: LinkSyntax; target: string }): string | null =>
  syntax === "wiki" ? wikiPath(target) : target;

const written = /^\[\[([^[\]|#\n]+)\]\](#.*)?$/s;

/** Parses a link in the form of `wikiPath`. Null for other links. */
export function parseWikiPath(link: string): WikiTarget | null {
  const [, path = "", suffix = ""] = written.exec(link) ?? [];
  if (path.includes("\0")) return null;
  const parts = path.split("/");
  const names = parts.filter((name) => name !== "" && name !== ".");
  if (names.length === 0 || names.length > maxPathNames) return null;
  const start = path.startsWith("/") ? "root" : parts[0] === "." || parts[0] === ".." ? "folder" : "anywhere";
  return { names, start, suffix };
}

/** A possible target of a wiki link. */
export interface WikiCandidate {
  /** The names of its path from the root, with the file's name last. */
  path: readonly string[];
  /** Whether it is an attachment of the document itself, under the name that the document uses. */
  isOwnAttachment?: boolean | undefined;
  /** The title and aliases in the document's front matter, as written. */
  aliases?: readonly string[] | undefined;
}

/** Returns a target's name in front matter, where it may be a title or an alias. Null if the target must be a path. */
export const wikiAlias = ({ names, start }: WikiTarget): string | null =>
  start === "anywhere" ? names.join("/") : null;

/** Normalizes a name for comparison in wiki links. */
export const foldWikiName = (name: string): string => name.normalize("NFC").toLowerCase();

/** Finds the target of a wiki link of a document in these folders. */
export type ResolveWikiLink<Candidate> = (
  target: WikiTarget,
  folders: readonly string[],
) => Candidate | undefined;

interface Folded<Candidate> {
  candidate: Candidate;
  path: string[];
  text: string;
}

/** Indexes candidates, so that many links can be resolved. */
export function createWikiLinkResolver<Candidate extends WikiCandidate>(
  candidates: readonly Candidate[],
): ResolveWikiLink<Candidate> {
  const folded = candidates.map((candidate): Folded<Candidate> => {
    return { candidate, path: candidate.path.map(foldWikiName), text: candidate.path.join("/") };
  });
  const byName = Map.groupBy(folded, ({ path }) => path.at(-1) ?? "");
  const aliased = folded.flatMap((entry) =>
    (entry.candidate.aliases ?? []).map((alias) => ({ alias: foldWikiName(alias), entry })),
  );
  const byAlias = Map.groupBy(aliased, ({ alias }) => alias);
  const resolved = new Map<string, Candidate | undefined>();

  function find(names: readonly string[], { start }: WikiTarget, foldedFolders: readonly string[]) {
    const name = names.at(-1) ?? "";
    // The extension is added only if no file has the exact name.
    for (const last of [name, `${name}.md`]) {
      const named = (byName.get(last) ?? []).filter(({ path }) => {
        const isWhole = path.length === names.length;
        return endsWith(path, names.slice(0, -1)) && (start === "anywhere" || isWhole);
      });
      const best = findNearest(named, names.length, foldedFolders);
      if (best !== undefined) return best;
    }
    if (start !== "anywhere") return undefined;
    const named = (byAlias.get(names.join("/")) ?? []).map(({ entry }) => entry);
    return findNearest(named, 0, foldedFolders);
  }

  /** @param wholeLength The number of names in a path that is written as a whole. */
  function findNearest(
    found: readonly Folded<Candidate>[],
    wholeLength: number,
    foldedFolders: readonly string[],
  ) {
    let best: { entry: Folded<Candidate>; order: number[] } | undefined;
    for (const entry of found) {
      const isBelow = foldedFolders.every((folder, index) => folder === entry.path[index]);
      const isWhole = entry.path.length === wholeLength;
      const rank = [entry.candidate.isOwnAttachment === true, isWhole, isBelow].map((better) =>
        better ? 0 : 1,
      );
      const order = [...rank, entry.text.length];
      const difference = best === undefined ? -1 : compare(order, best.order);
      if (best === undefined || difference < 0 || (difference === 0 && entry.text < best.entry.text))
        best = { entry, order };
    }
    return best?.entry.candidate;
  }

  return (target, folders) => {
    const foldedFolders = folders.map(foldWikiName);
    const names = resolveStart(target, foldedFolders);
    if (names === null) return undefined;
    const key = [target.start, names.join("/"), foldedFolders.join("/")].join("\0");
    if (!resolved.has(key)) resolved.set(key, find(names, target, foldedFolders));
    return resolved.get(key);
  };
}

/** Whether a path ends with these folders. */
const endsWith = (path: readonly string[], folders: readonly string[]) =>
  path.length > folders.length &&
  folders.every((folder, index) => folder === path[path.length - 1 - folders.length + index]);

function resolveStart({ names, start }: WikiTarget, foldedFolders: readonly string[]): string[] | null {
  const path = start === "folder" ? [...foldedFolders] : [];
  for (const name of names) {
    if (name !== "..") path.push(foldWikiName(name));
    else if (path.pop() === undefined) return null;
  }
  return path.length === 0 ? null : path;
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [index, value] of a.entries()) if (value !== b[index]) return value - (b[index] ?? 0);
  return 0;
}

/** Replaces the path in a wiki link's target, as short as the previous one. Null if it can't be written. */
export function writeWikiTarget(path: readonly string[], { start, suffix }: WikiTarget): string | null {
  const text = (start === "root" ? "/" : "") + path.join("/");
  return /[[\]|#^\n]/.test(text) ? null : text + suffix;
}
