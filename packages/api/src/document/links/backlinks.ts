import type { Backlink, BacklinksInput, Page } from "@mdreader/contract";
import { documents } from "@mdreader/db";
import { and, desc, isNull, lt, ne, or, sql } from "drizzle-orm";

import type { DocumentAccess } from "../../access/authorize.ts";
import type { Services } from "../../context.ts";
import { containing } from "../../like.ts";
import { idCursor } from "../../pagination.ts";
import { folderPaths } from "../folder/paths.ts";
import { encoded, fileNameOf, follow, linksIn, titlesOf } from "./paths.ts";

/** The longest line that is told, in UTF-16 units. */
const longestLine = 300;

/**
 * The documents that link to this one. The index finds those with the name of its file in
 * them; which of them mean this document, their links say.
 *
 * @throws AppError BAD_CURSOR.
 */
export async function listBacklinks(
  { database: { db }, documents: live }: Pick<Services, "database" | "documents">,
  { document }: DocumentAccess<"document.read">,
  { cursor, limit }: BacklinksInput,
): Promise<Page<Backlink>> {
  const after = idCursor.decode(cursor);
  // What was typed a moment ago is not written where it can be looked for.
  await live.settle(await live.lagging(document.workspaceId));
  const file = fileNameOf(document.title);
  const holds = (name: string) =>
    sql`search_costly(${documents.title} || E'\\n' || ${documents.content}) like ${containing(name)}`;
  const rows = await db
    .select({
      id: documents.id,
      title: documents.title,
      folderId: documents.folderId,
      content: documents.content,
    })
    .from(documents)
    .where(
      and(
        sql`array[${documents.workspaceId}] @> array[${document.workspaceId}::uuid]`,
        isNull(documents.deletedAt),
        ne(documents.id, document.id),
        or(...new Set([file, encoded(file), encodeURIComponent(file)].map(holds))),
        after === null ? undefined : lt(documents.id, after),
      ),
    )
    .orderBy(desc(documents.id))
    .limit(limit + 1);

  const shown = rows.slice(0, limit);
  const pathOf = await folderPaths(db, [document.folderId, ...shown.map(({ folderId }) => folderId)]);
  const own = pathOf(document.folderId).join("/");
  const leadsHere = (folders: string[], link: string) => {
    const place = follow(folders, link);
    return (
      place !== null &&
      place.folders.join("/") === own &&
      titlesOf(place.file).some((title) => title === document.title || fileNameOf(title) === file)
    );
  };
  const items = shown.flatMap(({ id, title, folderId, content }) => {
    const found = linksIn(content).find(({ link }) => leadsHere(pathOf(folderId), link));
    return found === undefined ? [] : [{ id, title, line: lineAt(content, found.at) }];
  });
  const last = shown.at(-1);
  return { items, nextCursor: rows.length > limit && last !== undefined ? idCursor.encode(last.id) : null };
}

function lineAt(text: string, at: number): string {
  const from = text.lastIndexOf("\n", at) + 1;
  const to = text.indexOf("\n", at);
  return text
    .slice(from, to === -1 ? undefined : to)
    .trim()
    .slice(0, longestLine)
    .toWellFormed();
}
