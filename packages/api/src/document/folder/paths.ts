import { type Executor, type FolderRow, folders } from "@mdreader/db";
import { type SQL, sql } from "drizzle-orm";

/** Limits the queries if folders contain each other in a circle. */
const maxDepthRead = 64;

/** Defines `ancestors`: these folders at depth 0, each the `start` of its own list, and the folders above them. */
const withAncestors = (ids: readonly string[]): SQL => sql`
  with recursive ancestors as (
    select id as start, id, parent_id, name, contents_pending, 0 as depth
    from ${folders} where id = any(${sql.param(ids)}::uuid[])
    union all
    select start, f.id, f.parent_id, f.name, f.contents_pending, depth + 1
    from ancestors join ${folders} f on f.id = ancestors.parent_id
    where depth < ${maxDepthRead}
  )`;

/** Defines `descendants`: a folder at depth 0, and the folders below it, without those in the trash. */
export const withDescendants = (id: string): SQL => sql`
  with recursive descendants as (
    select id, 0 as depth from ${folders} where id = ${id} and deleted_at is null
    union all
    select f.id, depth + 1 from descendants join ${folders} f on f.parent_id = descendants.id
    where f.deleted_at is null and depth < ${maxDepthRead}
  )`;

/** Selects the IDs of a folder and its descendants that are not in the trash. */
export const selectDescendants = (id: string): SQL => sql`${withDescendants(id)} select id from descendants`;

type Ancestor = Pick<FolderRow, "id" | "name" | "contentsPending">;

/** Reads a folder and the folders above it, starting with the folder. */
export const readAncestors = (db: Executor, id: string): Promise<Ancestor[]> =>
  db.execute<Ancestor>(sql`
    ${withAncestors([id])}
    select id, name, contents_pending as "contentsPending" from ancestors order by depth`);

/** Reads the path of one folder, as names from the root down. */
export const readFolderPath = async (db: Executor, id: string | null): Promise<string[]> =>
  (await readFolderPaths(db, [id]))(id);

/** Reads the paths of folders by ID, as names from the root down. The root's path is empty. */
export async function readFolderPaths(
  db: Executor,
  ids: readonly (string | null)[],
): Promise<(id: string | null) => string[]> {
  const folderIds = [...new Set(ids)].filter((id) => id !== null);
  if (folderIds.length === 0) return () => [];
  const rows = await db.execute<{ id: string; names: string[] }>(sql`
    ${withAncestors(folderIds)}
    select start as id, array_agg(name order by depth desc) as names from ancestors group by start`);
  const paths = new Map(rows.map(({ id, names }) => [id, names]));
  return (id) => (id === null ? [] : (paths.get(id) ?? []));
}
