import { toFileName as unsafeFileNameOf } from "@mdreader/contract/file-names";

/** What a document's file is called in an export: names that lead out of their folder are none. */
export const toFileName = (title: string): string => unsafeFileNameOf(title.replaceAll("/", "-"));

/** The titles that a document with this file may have: with its ending, or without. */
export function toTitles(file: string): string[] {
  return file.endsWith(".md") ? [file.slice(0, -".md".length), file] : [file];
}
