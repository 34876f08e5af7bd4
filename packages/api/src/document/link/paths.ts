import { toFileName as toUnsafeFileName } from "@mdreader/contract/file-names";

/** Returns the file name of a document in exports. Slashes are replaced, so that a title cannot escape its folder. */
export const toFileName = (title: string): string => toUnsafeFileName(title.replaceAll("/", "-"));

/** Returns the titles that a document with this file name may have: with or without the extension. */
export function toTitles(file: string): string[] {
  return file.endsWith(".md") ? [file.slice(0, -".md".length), file] : [file];
}
