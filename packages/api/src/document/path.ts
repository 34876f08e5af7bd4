import type { DocumentPath } from "@mdreader/contract";
import { folders } from "@mdreader/db";
import { sql } from "drizzle-orm";

import type { DocumentAccess } from "../access/authorize.ts";
import type { Services } from "../context.ts";
import { maxDepth } from "./folder/find.ts";

/** Reads the folders that contain a document, from the root down. */
export async function readDocumentPath(
  { database: { db } }: Pick<Services, "database">,
  { document }: DocumentAccess<"document.read">,
): Promise<DocumentPath> {
  if (document.folderId === null) return { folders: [] };
  const rows = await db.execute<{ id: string; name: string }>(sql`
    with recursive above as (
      select id, parent_id, name, 0 as depth from ${folders} where id = ${document.folderId}
      union all
      select f.id, f.parent_id, f.name, depth + 1 from above join ${folders} f on f.id = above.parent_id
      where depth <= ${maxDepth + 1}
    )
    select id, name from above order by depth desc`);
  return { folders: rows.map(({ id, name }) => ({ id, name })) };
}
