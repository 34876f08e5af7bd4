import type { FolderContents } from "@mdreader/contract";
import { documents, folders } from "@mdreader/db";
import { sql } from "drizzle-orm";

import type { FolderAccess } from "../../access/authorize.ts";
import type { Services } from "../../context.ts";

/** Counts the documents and folders in a folder and its subfolders, without those in the trash. */
export async function countFolderContents(
  { database: { db } }: Pick<Services, "database">,
  { folder }: FolderAccess<"folder.read">,
): Promise<FolderContents> {
  const [counts] = await db.execute<{ documents: number; folders: number }>(sql`
    with recursive below as (
      select id from ${folders} where id = ${folder.id} and deleted_at is null
      union all
      select f.id from ${folders} f join below on f.parent_id = below.id where f.deleted_at is null
    )
    select
      (select count(*)::int from below) - 1 as folders,
      (select count(*)::int from ${documents} d join below on d.folder_id = below.id where d.deleted_at is null) as documents`);
  return counts ?? { documents: 0, folders: 0 };
}
