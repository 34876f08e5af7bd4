import type { FolderContents } from "@mdreader/contract";
import { documents } from "@mdreader/db";
import { sql } from "drizzle-orm";

import type { FolderAccess } from "../../access/authorize.ts";
import type { Services } from "../../context.ts";
import { withDescendants } from "./paths.ts";

/** Counts the documents and folders in a folder and its subfolders, without those in the trash. */
export async function countFolderContents(
  { database: { db } }: Pick<Services, "database">,
  { folder }: FolderAccess<"folder.read">,
): Promise<FolderContents> {
  const [counts] = await db.execute<{ documents: number; folders: number }>(sql`
    ${withDescendants(folder.id)}
    select
      (select count(*)::int from descendants) - 1 as folders,
      (select count(*)::int from ${documents} d join descendants f on d.folder_id = f.id where d.deleted_at is null)
        as documents`);
  return counts ?? { documents: 0, folders: 0 };
}
