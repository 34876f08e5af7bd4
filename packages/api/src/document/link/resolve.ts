import type { LinkResolution } from "@mdreader/contract";
import { documents, type Executor } from "@mdreader/db";
import { readTargets } from "@mdreader/markdown";
import { and, asc, eq, inArray, isNull, sql } from "drizzle-orm";

import type { DocumentAccess } from "../../access/authorize.ts";
import type { Services } from "../../context.ts";
import { inFolder } from "../folder/in-folder.ts";
import { findFolderAt, readFolderPaths } from "../folder/paths.ts";
import { toTitles } from "./paths.ts";
import { isWikiPath, resolveWikiLinks } from "./wiki-links.ts";

/**
 * Finds the document that a link in another document leads to. If several in a folder have the same name, the
 * oldest one is used.
 *
 * @param link As written; a wiki link in the form of `wikiPath`.
 */
export async function resolveLink(
  { database: { db }, searchIndex }: Pick<Services, "database" | "searchIndex">,
  { document }: DocumentAccess<"document.read">,
  link: string,
): Promise<LinkResolution> {
  if (isWikiPath(link)) {
    const find = async () => (await resolveWikiLinks(db, document, [link])).get(link);
    let found = await find();
    if (found === undefined) {
      // The front matter of recent texts may not have been read yet.
      await searchIndex.flush(document.workspaceId);
      found = await find();
    }
    return { document: found?.kind === "document" ? { id: found.id, title: found.title } : null };
  }
  const pathOf = await readFolderPaths(db, [document.folderId]);
  for (const { names } of readTargets(link, pathOf(document.folderId))) {
    const found = await findDocumentAt(db, document.workspaceId, names);
    if (found !== undefined) return { document: found };
  }
  return { document: null };
}

async function findDocumentAt(db: Executor, workspaceId: string, names: readonly string[]) {
  const folderId = await findFolderAt(db, workspaceId, names.slice(0, -1));
  if (folderId === undefined) return undefined;
  const [found] = await db
    .select({ id: documents.id, title: documents.title })
    .from(documents)
    .where(
      and(
        eq(documents.workspaceId, workspaceId),
        isNull(documents.deletedAt),
        inFolder(documents.folderId, folderId),
        inArray(sql`replace(${documents.title}, '/', '-')`, toTitles(names.at(-1) ?? "")),
      ),
    )
    .orderBy(asc(documents.id))
    .limit(1);
  return found;
}
