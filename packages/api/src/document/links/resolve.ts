import type { LinkResolved } from "@mdreader/contract";
import { documents } from "@mdreader/db";
import { and, asc, eq, inArray, isNull, sql } from "drizzle-orm";

import type { DocumentAccess } from "../../access/authorize.ts";
import type { Services } from "../../context.ts";
import { inFolder } from "../folder/in-folder.ts";
import { folderAt, folderPaths } from "../folder/paths.ts";
import { follow, titlesOf } from "./paths.ts";

/** The document that a link in another leads to. Of several of one name in a folder, the oldest. */
export async function resolveLink(
  { database: { db } }: Pick<Services, "database">,
  { document }: DocumentAccess<"document.read">,
  link: string,
): Promise<LinkResolved> {
  const pathOf = await folderPaths(db, [document.folderId]);
  const place = follow(pathOf(document.folderId), link);
  if (place === null) return { document: null };
  const folderId = await folderAt(db, document.workspaceId, place.folders);
  if (folderId === undefined) return { document: null };
  const [found] = await db
    .select({ id: documents.id, title: documents.title })
    .from(documents)
    .where(
      and(
        eq(documents.workspaceId, document.workspaceId),
        isNull(documents.deletedAt),
        inFolder(documents.folderId, folderId),
        inArray(sql`replace(${documents.title}, '/', '-')`, titlesOf(place.file)),
      ),
    )
    .orderBy(asc(documents.id))
    .limit(1);
  return { document: found ?? null };
}
