import { applyEdits, relocateLinks } from "@mdreader/markdown";

import type { Services } from "../../context.ts";
import type { ArchiveContents, ArchiveItem } from "./scan-archive.ts";

/** Rewrites the links of an imported text. */
export type RewriteImportedLinks = (item: ArchiveItem, text: string) => Promise<string>;

/**
 * Returns a function that rewrites the links to items whose names the import changes. The rest of a text is unchanged, byte
 * for byte, and so are all texts if no names change.
 */
export function createImportedLinkRewriter(
  { textWorkers }: Pick<Services, "textWorkers">,
  userId: string,
  { documents, files, renamed }: ArchiveContents,
): RewriteImportedLinks {
  if (renamed.size === 0) return (_, text) => Promise.resolve(text);
  const paths = new Map([...documents, ...files].map(({ source, path }) => [source, path]));
  return async ({ source, path }, text) => {
    const contents = await textWorkers.readMarkdown(userId, text);
    return applyEdits(
      text,
      relocateLinks(contents, { from: source, to: path }, (at) => paths.get(at)),
    );
  };
}
