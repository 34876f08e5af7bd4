import { documents, type Executor } from "@mdreader/db";
import { and, desc, eq, inArray, isNull, or, sql } from "drizzle-orm";

import { findFoldersByName } from "../folder/find-by-name.ts";
import { toTitles } from "./paths.ts";

/** A document that a link leads to. */
export interface LinkedDocument {
  id: string;
  title: string;
}

/** Finds items by their paths: names from the root down. */
export interface PathIndex {
  /** Returns the ID of a folder; null for the root. */
  findFolder(path: readonly string[]): string | null | undefined;
  /** Returns the document with a file of this path; the oldest of several. */
  findDocument(path: readonly string[]): LinkedDocument | undefined;
}

/** Reads the folders and documents of a workspace that may be at these paths, in two statements. */
export async function readItemsByPath(
  db: Executor,
  workspaceId: string,
  paths: readonly (readonly string[])[],
): Promise<PathIndex> {
  const findChild = await findFoldersByName(db, workspaceId, paths.flat());
  const findFolder = (path: readonly string[]) =>
    path.reduce<string | null | undefined>(
      (folderId, name) => (folderId === undefined ? undefined : findChild(folderId, name)),
      null,
    );
  const toFileTitles = (path: readonly string[]) => toTitles(path.at(-1) ?? "");
  const folderIds = [...new Set(paths.flatMap((path) => findFolder(path.slice(0, -1)) ?? []))];
  const titles = [...new Set(paths.flatMap(toFileTitles))];
  const title = sql<string>`replace(${documents.title}, '/', '-')`;
  const rows = await db
    .select({ id: documents.id, title: documents.title, folderId: documents.folderId, fileTitle: title })
    .from(documents)
    .where(
      and(
        eq(documents.workspaceId, workspaceId),
        isNull(documents.deletedAt),
        or(isNull(documents.folderId), inArray(documents.folderId, folderIds)),
        sql`${title} = any(${sql.param(titles)}::text[])`,
      ),
    )
    .orderBy(desc(documents.id));
  const toKey = (folderId: string | null, fileTitle: string) => `${folderId ?? ""}/${fileTitle}`;
  const oldest = new Map(rows.map((row) => [toKey(row.folderId, row.fileTitle), row]));
  return {
    findFolder,
    findDocument(path) {
      const folderId = findFolder(path.slice(0, -1));
      if (folderId === undefined) return undefined;
      const found = toFileTitles(path).flatMap((fileTitle) => oldest.get(toKey(folderId, fileTitle)) ?? []);
      const [first] = found.toSorted((a, b) => (a.id < b.id ? -1 : 1));
      return first && { id: first.id, title: first.title };
    },
  };
}
