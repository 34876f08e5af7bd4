import type { LinkSyntax } from "./read-markdown.ts";

/**
 * Targets of wiki links, with Obsidian's rules: a name refers to a file anywhere in the workspace, with or without
 * `.md`, in any case. Of several files, the one whose whole path is written comes first, then one below the document's
 * own folder, then the one with the shortest path. If no file has the name, a document with that title or alias in its
 * front matter is found.
 */

/** The parsed target of a wiki link. */
export interface WikiTarget {
  /** The names of its path as written, with the file's name last. */
  names: string[];
  /** The start of the path: `/a` at the root, `./a` and `../a` in the document's folder, and `a` in any folder. */
  start: "anywhere" | "root" | "here";
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
  if (names.length === 0 || names.length > maxNames) return null;
  const start = path.startsWith("/") ? "root" : parts[0] === "." || parts[0] === ".." ? "here" : "anywhere";
  return { names, start, suffix };
}

const maxNames = 200;

/** A possible target of a wiki link. */
export interface WikiCandidate {
  /** The names of its path from the root, with the file's name last. */
  path: readonly string[];
  /** Whether it is an attachment of the document itself, under the name that the document uses. */
  isOwn?: boolean | undefined;
  /** The document's other names, as written: the title and the aliases in its front matter. */
  aliases?: readonly string[] | undefined;
}

/** Returns a target's name in front matter, where it may be a title or an alias. Null if the target must be a path. */
export const wikiAlias = ({ names, start }: WikiTarget): string | null =>
  start === "anywhere" ? names.join("/") : null;

/** Normalizes a name for comparison in wiki links. */
export const foldWikiName = (name: string): string => name.normalize("NFC").toLowerCase();

/** Finds the target of a wiki link of a document in these folders. */
export type FollowWikiLink<Candidate> = (
  target: WikiTarget,
  folders: readonly string[],
) => Candidate | undefined;

interface Folded<Candidate> {
  candidate: Candidate;
  path: string[];
  text: string;
}

/** Indexes candidates, so that many links can be resolved. */
export function createWikiFollower<Candidate extends WikiCandidate>(
  candidates: readonly Candidate[],
): FollowWikiLink<Candidate> {
  const folded = candidates.map((candidate): Folded<Candidate> => {
    return { candidate, path: candidate.path.map(foldWikiName), text: candidate.path.join("/") };
  });
  const byName = Map.groupBy(folded, ({ path }) => path.at(-1) ?? "");
  const aliased = folded.flatMap((one) =>
    (one.candidate.aliases ?? []).map((alias) => ({ alias: foldWikiName(alias), one })),
  );
  const byAlias = Map.groupBy(aliased, ({ alias }) => alias);
  const known = new Map<string, Candidate | undefined>();

  function find(wanted: readonly string[], { start }: WikiTarget, here: readonly string[]) {
    const name = wanted.at(-1) ?? "";
    // The extension is added only if no file has the exact name.
    for (const last of [name, `${name}.md`]) {
      const named = (byName.get(last) ?? []).filter(({ path }) => {
        const isWhole = path.length === wanted.length;
        return endsWith(path, wanted.slice(0, -1)) && (start === "anywhere" || isWhole);
      });
      const best = findNearest(named, wanted.length, here);
      if (best !== undefined) return best;
    }
    if (start !== "anywhere") return undefined;
    const named = (byAlias.get(wanted.join("/")) ?? []).map(({ one }) => one);
    return findNearest(named, 0, here);
  }

  /** @param wholeLength The number of names in a path that is written as a whole. */
  function findNearest(found: readonly Folded<Candidate>[], wholeLength: number, here: readonly string[]) {
    let best: { one: Folded<Candidate>; order: number[] } | undefined;
    for (const one of found) {
      const isBelow = here.every((folder, index) => folder === one.path[index]);
      const isWhole = one.path.length === wholeLength;
      const rank = [one.candidate.isOwn === true, isWhole, isBelow].map((better) => (better ? 0 : 1));
      const order = [...rank, one.text.length];
      const difference = best === undefined ? -1 : compare(order, best.order);
      if (best === undefined || difference < 0 || (difference === 0 && one.text < best.one.text))
        best = { one, order };
    }
    return best?.one.candidate;
  }

  return (target, folders) => {
    const here = folders.map(foldWikiName);
    const wanted = resolveStart(target, here);
    if (wanted === null) return undefined;
    const key = [target.start, wanted.join("/"), here.join("/")].join("\0");
    if (!known.has(key)) known.set(key, find(wanted, target, here));
    return known.get(key);
  };
}

/** Whether a path ends with these folders. */
const endsWith = (path: readonly string[], folders: readonly string[]) =>
  path.length > folders.length &&
  folders.every((folder, index) => folder === path[path.length - 1 - folders.length + index]);

function resolveStart({ names, start }: WikiTarget, here: readonly string[]): string[] | null {
  const path = start === "here" ? [...here] : [];
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
