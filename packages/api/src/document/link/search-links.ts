import { documents } from "@mdreader/db";
import { encodeName, normalForms } from "@mdreader/markdown";
import { or, type SQL, sql } from "drizzle-orm";

import { toLikePattern } from "../../util/sql-like.ts";

/** The indexed text in which documents that may link to a name are found. Their texts decide whether they do. */
const searched = sql`search_costly(${documents.title} || E'\\n' || ${documents.content})`;

/** Matches documents that contain a name in one of the forms of links: plain or encoded. */
export function holdsLinkTo(name: string): SQL | undefined {
  const forms = new Set([name, encodeName(name), encodeURIComponent(name)]);
  return or(...[...forms].map((form) => sql`${searched} like ${toLikePattern(form)}`));
}

/** Matches documents with a wiki link to this file, in any folder, ignoring case. */
export function holdsWikiLinkTo(file: string): SQL | undefined {
  const forms = normalForms(withoutEnding(file)).flatMap((name) =>
    ["]]", "|", "#", ".md"].map((end) => name + end),
  );
  return or(...forms.map((form) => sql`${searched} ilike ${toLikePattern(form)}`));
}

/** Returns a file name as in wiki links: without `.md`. */
export const withoutEnding = (file: string): string => file.replace(/\.md$/i, "");
