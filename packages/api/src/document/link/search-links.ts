import { documents, type Executor } from "@mdreader/db";
import { encodeName, normalForms } from "@mdreader/markdown";
import { and, inArray, or, type SQL, sql } from "drizzle-orm";

import { toLikePattern } from "../../util/sql-like.ts";

/** The names that a document may contain to link to something, and the condition on its text. */
export interface LinkForms {
  names: string[];
  condition: SQL | undefined;
}

/** Returns the forms in which links contain a name: plain or encoded. */
export function toLinkForms(name: string): LinkForms {
  const names = [...new Set([name, encodeName(name), encodeURIComponent(name)])];
  return {
    names,
    condition: or(...names.map((form) => sql`${documents.content} like ${toLikePattern(form)}`)),
  };
}

/** Returns the forms of wiki links to this file, in any folder, ignoring case. */
export function toWikiLinkForms(file: string): LinkForms {
  const names = normalForms(removeMarkdownExtension(file));
  const ends = ["]]", "|", "#", ".md"];
  const forms = names.flatMap((name) => ends.map((end) => name + end));
  return {
    names,
    condition: or(...forms.map((form) => sql`${documents.content} ilike ${toLikePattern(form)}`)),
  };
}

/**
 * Matches the documents of a workspace that contain a name in one of these forms. The search index finds those that may,
 * and their texts decide.
 */
export function containsLinks(
  db: Executor,
  workspaceId: string,
  forms: readonly LinkForms[],
): SQL | undefined {
  const names = [...new Set(forms.flatMap((form) => form.names))];
  return and(
    inArray(
      documents.id,
      db.select({ id: sql`id` }).from(sql`search_names(${workspaceId}, ${sql.param(names)}::text[]) as id`),
    ),
    or(...forms.map(({ condition }) => condition)),
  );
}

/** Returns a file name as in wiki links: without `.md`. */
export const removeMarkdownExtension = (file: string): string => file.replace(/\.md$/i, "");
