import { documents } from "@mdreader/db";
import { encodeName, normalForms } from "@mdreader/markdown";
import { or, type SQL, sql } from "drizzle-orm";

import { toLikePattern } from "../../util/sql-like.ts";

/** By which the index finds the documents that may link to something. Each text says itself whether it does. */

const searched = sql`search_costly(${documents.title} || E'\\n' || ${documents.content})`;

/** Holds for documents with a name in them as links write it: plain, or encoded in one way or the other. */
export function holdsLinkTo(name: string): SQL | undefined {
  const forms = new Set([name, encodeName(name), encodeURIComponent(name)]);
  return or(...[...forms].map((form) => sql`${searched} like ${toLikePattern(form)}`));
}

/** Holds for documents with a wiki link to this file, in any folder and any case. */
export function holdsWikiLinkTo(file: string): SQL | undefined {
  const forms = normalForms(withoutEnding(file)).flatMap((name) =>
    ["]]", "|", "#", ".md"].map((end) => name + end),
  );
  return or(...forms.map((form) => sql`${searched} ilike ${toLikePattern(form)}`));
}

/** A file's name as wiki links write it: without `.md`. */
export const withoutEnding = (file: string): string => file.replace(/\.md$/i, "");
