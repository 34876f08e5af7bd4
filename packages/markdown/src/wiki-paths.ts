import type { LinkSyntax } from "./read-markdown.ts";

/**
 * What wiki links lead to, as Obsidian reads them: a name is that of a file anywhere in the workspace, with `.md` or without,
 * in any case. Of several, the one whose whole path is written comes first, then one below the document's own folder, then
 * the one with the shortest path.
 */

/** What a wiki link names. */
export interface WikiTarget {
  /** The names of its path, as written; the file's own comes last. */
  names: string[];
  /** Where the path begins: `/a` at the root, `./a` and `../a` in the document's folder, and `a` in any folder. */
  start: "anywhere" | "root" | "here";
  /** What follows: `#Heading`, or nothing. */
  suffix: string;
}

/**
 * The form in which a wiki link is given where other links are paths: `[[Folder/Note]]#Heading`. Null for one that leads to
 * its own document, such as `[[#Heading]]`.
 */
export function wikiPath(target: string): string | null {
  const path = target.replace(/#.*$/s, "").trim();
  return path === "" ? null : `[[${path}]]${/#.*$/s.exec(target)?.[0].trim() ?? ""}`;
}

/** The path by which a link of a text is resolved: its target, for a wiki link in the form of `wikiPath`. */
export const linkPath = ({ syntax, target }: { syntax: LinkSyntax; target: string }): string | null =>
  syntax === "wiki" ? wikiPath(target) : target;

const written = /^\[\[([^[\]|#\n]+)\]\](#.*)?$/s;

/** What a link names that has the form of `wikiPath`; null for any other. */
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

/** Something that a wiki link may lead to. */
export interface WikiCandidate {
  /** The names of its path from the root, its file's own last. */
  path: readonly string[];
  /** Whether it is an attachment of the document itself, under the name that the document knows. */
  isOwn?: boolean | undefined;
}

/** A name in the form in which wiki links compare names. */
export const foldWikiName = (name: string): string => name.normalize("NFC").toLowerCase();

/** Finds what a wiki link of a document in these folders leads to. */
export type FollowWikiLink<Candidate> = (
  target: WikiTarget,
  folders: readonly string[],
) => Candidate | undefined;

interface Folded<Candidate> {
  candidate: Candidate;
  path: string[];
  text: string;
}

/** Prepares candidates for following many links to them. */
export function createWikiFollower<Candidate extends WikiCandidate>(
  candidates: readonly Candidate[],
): FollowWikiLink<Candidate> {
  const folded = candidates.map((candidate): Folded<Candidate> => {
    return { candidate, path: candidate.path.map(foldWikiName), text: candidate.path.join("/") };
  });
  const byName = Map.groupBy(folded, ({ path }) => path.at(-1) ?? "");
  const known = new Map<string, Candidate | undefined>();

  function find(wanted: readonly string[], { start }: WikiTarget, here: readonly string[]) {
    const name = wanted.at(-1) ?? "";
    // Only where nothing has the very name, an ending is added to it.
    for (const last of [name, `${name}.md`]) {
      let best: { one: Folded<Candidate>; order: number[] } | null = null;
      for (const one of byName.get(last) ?? []) {
        const isWhole = one.path.length === wanted.length;
        if (!endsWith(one.path, wanted.slice(0, -1)) || (start !== "anywhere" && !isWhole)) continue;
        const isBelow = here.every((folder, index) => folder === one.path[index]);
        const rank = [one.candidate.isOwn === true, isWhole, isBelow].map((better) => (better ? 0 : 1));
        const order = [...rank, one.text.length];
        const difference = best === null ? -1 : compare(order, best.order);
        if (best === null || difference < 0 || (difference === 0 && one.text < best.one.text))
          best = { one, order };
      }
      if (best !== null) return best.one.candidate;
    }
    return undefined;
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

/** Whether the folders of a path end with these. */
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

/** A wiki link's target with another path, written as short as the old one; null where it can't be written. */
export function writeWikiTarget(path: readonly string[], { start, suffix }: WikiTarget): string | null {
  const text = (start === "root" ? "/" : "") + path.join("/");
  return /[[\]|#^\n]/.test(text) ? null : text + suffix;
}
