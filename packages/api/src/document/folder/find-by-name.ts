import { type Executor, folders } from "@mdreader/db";
import { normalForms } from "@mdreader/markdown";
import { and, eq, isNull, sql } from "drizzle-orm";

/** Returns the ID of a folder by its name in another folder, or in the root for null. */
export type FindChild = (parentId: string | null, name: string) => string | undefined;

/** Reads the folders of a workspace that have any of these names. */
export async function findFoldersByName(
  db: Executor,
  workspaceId: string,
  names: readonly string[],
): Promise<FindChild> {
  const spellings = [...new Set(names.flatMap(normalForms))];
  const rows = await db
    .select({ id: folders.id, parentId: folders.parentId, name: folders.name })
    .from(folders)
    .where(
      and(
        eq(folders.workspaceId, workspaceId),
        isNull(folders.deletedAt),
        sql`${folders.name} = any(${sql.param(spellings)}::text[])`,
      ),
    );
  const ids = new Map(rows.map(({ id, parentId, name }) => [toChildKey(parentId, name), id]));
  return (parentId, name) => ids.get(toChildKey(parentId, name));
}

/** Returns a key for an item by its name or path in a folder, the same for all Unicode normal forms. */
export const toChildKey = (folderId: string | null, name: string): string =>
  `${folderId ?? ""}/${name.normalize("NFC")}`;
