import { foldWikiName, readFrontMatter } from "@mdreader/markdown";

/** Another name of a document, as written and as compared. */
export interface DocumentAlias {
  name: string;
  foldedName: string;
}

/** Maximum number of names per document. Further ones are ignored. */
const maxAliases = 20;
/** Maximum length of a name in UTF-16 units. Longer ones are ignored. */
const maxNameLength = 200;

/** Returns the title and the aliases in a text's front matter, which wiki links may use. */
export function toAliases(text: string): DocumentAlias[] {
  const front = readFrontMatter(text);
  const names = [front?.title ?? "", ...(front?.aliases ?? [])]
    .map((name) => name.trim().toWellFormed())
    .filter((name) => name !== "" && name.length <= maxNameLength && !name.includes("\0"));
  const byFolded = new Map(names.map((name) => [foldWikiName(name), name]));
  return [...byFolded].slice(0, maxAliases).map(([foldedName, name]) => ({ name, foldedName }));
}
