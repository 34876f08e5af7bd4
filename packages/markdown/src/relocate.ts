import { createLink, readTargets } from "./paths.ts";
import type { MarkdownContents } from "./read-markdown.ts";
import { rewriteLinks, type TextEdit } from "./rewrite.ts";

/**
 * Returns the edits that make a text's links lead to the same files after files were renamed and moved, including the
 * text's own file. Wiki links don't change, because they refer to files by name. Neither do links to unknown files.
 *
 * @param paths The path of the text's file, before and after.
 * @param findPath Returns the new path of the file at a previous path, undefined if there is none.
 */
export function relocateLinks(
  contents: MarkdownContents,
  paths: { from: string; to: string },
  findPath: (path: string) => string | undefined,
): TextEdit[] {
  const [before, after] = [listFolders(paths.from), listFolders(paths.to)];
  return rewriteLinks(contents, ({ target, syntax }) => {
    if (syntax === "wiki") return null;
    for (const { names } of readTargets(target, before)) {
      const found = [names.join("/"), `${names.join("/")}.md`].find((path) => findPath(path) !== undefined);
      const path = found === undefined ? undefined : findPath(found);
      if (path === undefined) continue;
      const currentPath = readTargets(target, after)[0]?.names.join("/");
      if (currentPath === path || `${currentPath}.md` === path) return null;
      const link = createLink(after, {
        folders: listFolders(path),
        file: path.slice(path.lastIndexOf("/") + 1),
      });
      return link + (/[?#].*$/su.exec(target)?.[0] ?? "");
    }
    return null;
  });
}

const listFolders = (path: string): string[] => path.split("/").slice(0, -1);
