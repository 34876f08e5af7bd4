import { type Executor, folders } from "@mdreader/db";
import { sql } from "drizzle-orm";

/** Reads the paths of folders by ID, as names from the root down. The root's path is empty. */
export async function readFolderPaths(
  db: Executor,
  ids: readonly (string | null)[],
): Promise<(id: string | null) => string[]> {
  const folderIds = [...new Set(ids)].filter((id) => id !== null);
  if (folderIds.length === 0) return () => [];
  const rows = await db.execute<{ id: string; names: string[] }>(sql`
    with recursive above as (
      select id as start, parent_id, name, 0 as depth from ${folders} where id = any(${sql.param(folderIds)}::uuid[])
      union all
      select above.start, f.parent_id, f.name, depth + 1
      from above join ${folders} f on f.id = above.parent_id
      where depth < 64
    )
    select start as id, array_agg(name order by depth desc) as names from above group by start`);
  const paths = new Map(rows.map(({ id, names }) => [id, names]));
  return (id) => (id === null ? [] : (paths.get(id) ?? []));
}

/** Selects a folder and its descendants that are not in the trash. */
export async function selectFoldersBelow(db: Executor, workspaceId: string, id: string): Promise<string[]> {
  const rows = await db.execute<{ id: string }>(sql`
    with recursive below as (
      select id from ${folders} where id = ${id} and workspace_id = ${workspaceId} and deleted_at is null
      union
      select f.id from below join ${folders} f on f.parent_id = below.id and f.deleted_at is null
    )
    select id from below`);
  return rows.map((row) => row.id);
}
