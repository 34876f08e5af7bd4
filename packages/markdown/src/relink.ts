import { resolveLink, createLink } from "./paths.ts";
import { type MarkdownContents, readMarkdown } from "./read-markdown.ts";
import { applyEdits, type Destination, listDestinations, rewriteLinks, type TextEdit } from "./rewrite.ts";
import { foldWikiName, parseWikiPath, wikiPath, writeWikiTarget } from "./wiki-paths.ts";

/**
 * The edits that lead a text's links to where the files that they name lie in a copy of the workspace. A link that leads
 * there already stays as it is.
 *
 * @param folders The document's folders in the copy.
 * @param findPath Answers the path of the file that a link leads to in the workspace; undefined leaves the link alone.
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
    const there = resolveLink(folders, target);
    if (there !== null && isSame([...there.folders, there.file], path)) return null;
    const place = { folders: path.slice(0, -1), file: path.at(-1) ?? "" };
    return createLink(folders, place) + (/[?#].*$/su.exec(target)?.[0] ?? "");
  });
}

/** A wiki link finds its file by the name alone. */
function renameWikiTarget(target: string, path: readonly string[]): string | null {
  const link = parseWikiPath(wikiPath(target) ?? "");
  const name = path.at(-1) ?? "";
  if (link === null || foldWikiName(name) === foldWikiName(link.names.at(-1) ?? "")) return null;
  return writeWikiTarget([name], { ...link, start: "anywhere" });
}

const isSame = (a: readonly string[], b: readonly string[]) =>
  a.length === b.length && a.every((name, index) => name === b[index]);

/** How a destination is written in a copy of a text, and how in the text itself. */
export type Spelling = readonly [copied: string, original: string];

/** A copy of a text in which some links are written in another way. */
export interface RelinkedText {
  text: string;
  /** What leads back to the text itself. */
  spellings: Spelling[];
}

/**
 * Makes a copy of a text that `restoreLinks` turns into the same text again, byte for byte: no two destinations that are
 * written differently are written alike in the copy.
 *
 * @param edits What `relinkFiles` answers.
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
  const distinct = edits.map(({ start, end, text }) => {
    const written = source.slice(start, end);
    let copied = text;
    while ((originals.get(copied) ?? written) !== written) copied = `./${copied}`;
    originals.set(copied, written);
    return { start, end, text: copied };
  });
  const spellings = [...originals].filter(([copied, original]) => copied !== original);
  const text = applyEdits(source, distinct);
  return restoreLinks(text, spellings) === source ? { text, spellings } : { text: source, spellings: [] };
}

/** The text that a copy was made of, with what has been changed in the copy since. */
export function restoreLinks(copy: string, spellings: readonly Spelling[]): string {
  if (spellings.length === 0) return copy;
  const originals = new Map(spellings);
  const edits = listDestinations(readMarkdown(copy)).flatMap(({ start, end }): TextEdit[] => {
    const text = originals.get(copy.slice(start, end));
    return text === undefined ? [] : [{ start, end, text }];
  });
  return applyEdits(copy, edits);
}
