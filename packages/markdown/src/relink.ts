import { resolveLink, createLink } from "./paths.ts";
import { type MarkdownContents, readMarkdown } from "./read-markdown.ts";
import { applyEdits, type Destination, listDestinations, rewriteLinks, type TextEdit } from "./rewrite.ts";
import { foldWikiName, parseWikiPath, wikiPath, writeWikiTarget } from "./wiki-paths.ts";

/**
 * Returns the edits that point a text's links to the same files in a copy of the workspace. A link that already does so
 * is unchanged.
 *
 * @param folders The document's folders in the copy.
 * @param findPath Returns the path of the file that a link leads to in the workspace, or undefined to leave the link
 *   unchanged.
 */
export function relinkFiles(
  contents: MarkdownContents,
  folders: readonly string[],
  findPath: (destination: Destination) => readonly string[] | undefined,
): TextEdit[] {
  return rewriteLinks(contents, (destination) => {
    const path = findPath(destination);
    if (path === undefined) return null;
    const { target, syntax } = destination;
    if (syntax === "wiki") return renameWikiTarget(target, path);
    const current = resolveLink(folders, target);
    if (current !== null && isSamePath([...current.folders, current.file], path)) return null;
    const place = { folders: path.slice(0, -1), file: path.at(-1) ?? "" };
    return createLink(folders, place) + (/[?#].*$/su.exec(target)?.[0] ?? "");
  });
}

/** A wiki link finds its file by name alone. */
function renameWikiTarget(target: string, path: readonly string[]): string | null {
  const link = parseWikiPath(wikiPath(target) ?? "");
  const name = path.at(-1) ?? "";
  if (link === null || foldWikiName(name) === foldWikiName(link.names.at(-1) ?? "")) return null;
  return writeWikiTarget([name], { ...link, start: "anywhere" });
}

const isSamePath = (a: readonly string[], b: readonly string[]) =>
  a.length === b.length && a.every((name, index) => name === b[index]);

/** The spelling of a destination in a copy of a text, and in the original. */
export type Spelling = readonly [copied: string, original: string];

/** A copy of a text in which some links are spelled differently. */
export interface RelinkedText {
  text: string;
  /** The spellings from which `restoreLinks` restores the original. */
  spellings: Spelling[];
}

/**
 * Maximum number of spellings of one path. A text with more is not changed, because each spelling is longer than the
 * last.
 */
const maxSpellings = 100;

/**
 * Creates a copy of a text that `restoreLinks` converts back to the original exactly. Destinations with different
 * spellings in the original also differ in the copy.
 *
 * @param edits The result of `relinkFiles`.
 */
export function relinkText(
  source: string,
  contents: MarkdownContents,
  edits: readonly TextEdit[],
): RelinkedText {
  const edited = new Set(edits.map(({ start }) => start));
  const originals = new Map<string, string>();
  for (const { start, end } of listDestinations(contents)) {
    const written = source.slice(start, end);
    if (!edited.has(start)) originals.set(written, written);
  }
  const distinct: TextEdit[] = [];
  for (const { start, end, text } of edits) {
    const written = source.slice(start, end);
    let copied = text;
    for (let attempt = 1; (originals.get(copied) ?? written) !== written; attempt++) {
      if (attempt === maxSpellings) return { text: source, spellings: [] };
      copied = `./${copied}`;
    }
    originals.set(copied, written);
    distinct.push({ start, end, text: copied });
  }
  const spellings = [...originals].filter(([copied, original]) => copied !== original);
  const text = applyEdits(source, distinct);
  return restoreLinks(text, spellings) === source ? { text, spellings } : { text: source, spellings: [] };
}

/** Returns the original text of a copy, including later changes of the copy. */
export function restoreLinks(copy: string, spellings: readonly Spelling[]): string {
  if (spellings.length === 0) return copy;
  const originals = new Map(spellings);
  const edits = listDestinations(readMarkdown(copy)).flatMap(({ start, end }): TextEdit[] => {
    const text = originals.get(copy.slice(start, end));
    return text === undefined ? [] : [{ start, end, text }];
  });
  return applyEdits(copy, edits);
}
