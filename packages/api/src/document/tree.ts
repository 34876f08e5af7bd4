import type { ChildrenOrder, TreeList, TreeNode } from "@mdreader/contract";
import { documents, type Executor, folders, naturalOrder, workspaces } from "@mdreader/db";
import { and, asc, eq, exists, isNotNull, isNull, or, type SQL, sql } from "drizzle-orm";
import { alias, type AnyPgColumn, unionAll } from "drizzle-orm/pg-core";
import { z } from "zod";

import type { WorkspaceCheck } from "../access/resource-checks.ts";
import { AppError } from "../errors.ts";
import { countPreparedRows, createPageCursor, toPage } from "../util/pagination.ts";
import { isInFolder } from "./folder/in-folder.ts";

const nodeKind = z.enum(["folder", "document"]);
/** A cursor contains the order of its first page, so that the list keeps it if the folder's order changes. */
const nodeCursor = createPageCursor(
  z.union([
    z.tuple([nodeKind, z.string(), z.uuid()]),
    z.tuple([z.literal("manual"), nodeKind, z.string().nullable(), z.string(), z.uuid()]),
  ]),
);

/** The item that a page follows. Its position is null for an item without one. */
interface LastNode {
  order: ChildrenOrder;
  kind: TreeNode["kind"];
  position: string | null;
  name: string;
  id: string;
}

const child = alias(folders, "child");
const content = alias(documents, "content");

interface TreeInput {
  workspaceId: string;
  folderId?: string | null | undefined;
  cursor?: string | null | undefined;
  limit: number;
}

/**
 * Lists the items directly in a folder, or in the root for null: folders first. Each kind is in natural order of names; in
 * manual order, the items with a position come before the others.
 */
export async function listTree(check: WorkspaceCheck<"document.read">, input: TreeInput): Promise<TreeList> {
  const { db } = check;
  const after = parseCursor(input.cursor);
  const order = after === null ? selectOrder(input) : sql`${after.order}::text`;
  const options = { order, after };
  const folderSource = createFolderSource(db);
  const { rows } = await check.select(
    unionAll(
      db.select(selectListColumns(order)).from(sql`(values (1)) as listed`),
      selectNodes(check, input, folderSource, "placed", options),
      selectNodes(check, input, folderSource, "others", options),
      selectNodes(check, input, documentSource, "placed", options),
      selectNodes(check, input, documentSource, "others", options),
    )
      .orderBy(sql`section, position, sort_key, name, id`)
      .limit(countPreparedRows(input.limit) + 1),
  );
  const [listed, ...nodes] = rows;
  if (listed === undefined) throw new AppError("NOT_FOUND");
  const page = toPage(nodes, input.limit, toCursor(listed.childrenOrder), toNode);
  return { ...page, childrenOrder: listed.childrenOrder };
}

/** Returns the item that a cursor follows. @throws AppError BAD_CURSOR */
function parseCursor(cursor: string | null | undefined): LastNode | null {
  const key = nodeCursor.decode(cursor);
  if (key === null) return null;
  if (key[0] === "manual") {
    const [order, kind, position, name, id] = key;
    return { order, kind, position, name, id };
  }
  const [kind, name, id] = key;
  return { order: "name", kind, position: null, name, id };
}

const toCursor =
  (order: ChildrenOrder) =>
  ({ kind, position, name, id }: NodeRow): string =>
    nodeCursor.encode(order === "manual" ? [order, kind, position, name, id] : [kind, name, id]);

type NodeRow = TreeNode & { section: number; position: string | null; sortKey: string };

const toNode = ({ section: _section, position: _position, sortKey: _sortKey, ...node }: NodeRow): TreeNode =>
  node;

/** Selects the order of a folder, or of the root. It doesn't depend on the rows, so it is read once. */
const selectOrder = ({ workspaceId, folderId = null }: TreeInput): SQL =>
  folderId === null
    ? sql`(select ${workspaces.childrenOrder} from ${workspaces} where ${eq(workspaces.id, workspaceId)})`
    : sql`(select ${folders.childrenOrder} from ${folders}
        where ${and(eq(folders.id, folderId), eq(folders.workspaceId, workspaceId))})`;

/** The items of a kind that have a position in manual order, or those that are ordered by name. */
type Section = "placed" | "others";

const sections = { folder: { placed: 1, others: 2 }, document: { placed: 3, others: 4 } } as const;

/** Selects the row before the items, which has their order. */
const selectListColumns = (order: SQL) => ({
  section: sql<number>`0`.as("section"),
  id: sql<string>`null::uuid`.as("id"),
  kind: sql<TreeNode["kind"]>`'folder'`.as("kind"),
  name: sql<string>`''`.as("name"),
  hasChildren: sql<boolean>`false`.as("has_children"),
  updatedAt: sql<string>`null::timestamptz`.mapWith(documents.updatedAt).as("updated_at"),
  childrenOrder: sql<ChildrenOrder>`coalesce(${order}, 'name')`.as("order_of_children"),
  position: sql<string | null>`null::text collate "C"`.as("position"),
  sortKey: sql<string>`''::text collate "C"`.as("sort_key"),
});

interface NodeSource {
  kind: TreeNode["kind"];
  table: typeof folders | typeof documents;
  /** The column with the ID of the folder that contains the node. */
  folderId: AnyPgColumn;
  name: AnyPgColumn;
  hasChildren: SQL;
  childrenOrder: SQL;
}

const selectNodeColumns = (
  { kind, table, name, hasChildren, childrenOrder }: NodeSource,
  section: Section,
) => ({
  section: sql<number>`${sql.raw(String(sections[kind][section]))}`.as("section"),
  id: sql<string>`${table.id}`.as("id"),
  kind: sql<TreeNode["kind"]>`${sql.raw(`'${kind}'`)}`.as("kind"),
  name: sql<string>`${name}`.as("name"),
  hasChildren: sql<boolean>`${hasChildren}`.as("has_children"),
  updatedAt: sql<string>`${table.updatedAt}`.mapWith(documents.updatedAt).as("updated_at"),
  childrenOrder: sql<ChildrenOrder>`${childrenOrder}`.as("order_of_children"),
  position: sql<string | null>`${section === "placed" ? table.position : sql`null::text`} collate "C"`.as(
    "position",
  ),
  sortKey: sql<string>`${section === "placed" ? sql`''::text collate "C"` : naturalOrder(name)}`.as(
    "sort_key",
  ),
});

const sortNodes = ({ table, name }: NodeSource, section: Section) =>
  section === "placed"
    ? [asc(table.position), asc(table.id)]
    : [asc(naturalOrder(name)), asc(name), asc(table.id)];

interface ListOptions {
  order: SQL;
  after: LastNode | null;
}

const documentSource: NodeSource = {
  kind: "document",
  table: documents,
  folderId: documents.folderId,
  name: documents.title,
  hasChildren: sql`false`,
  childrenOrder: sql`'name'::text`,
};

function createFolderSource(db: Executor): NodeSource {
  const exist = (table: typeof child | typeof content, folderId: AnyPgColumn) =>
    exists(
      db
        .select({ one: sql`1` })
        .from(table)
        .where(and(eq(folderId, folders.id), isNull(table.deletedAt))),
    );
  return {
    kind: "folder",
    table: folders,
    folderId: folders.parentId,
    name: folders.name,
    hasChildren: sql`${exist(child, child.parentId)} or ${exist(content, content.folderId)}`,
    childrenOrder: sql`${folders.childrenOrder}`,
  };
}

function selectNodes(
  { db, subject }: WorkspaceCheck<"document.read">,
  { folderId = null, limit }: TreeInput,
  source: NodeSource,
  section: Section,
  options: ListOptions,
) {
  const { table } = source;
  return db
    .select(selectNodeColumns(source, section))
    .from(table)
    .where(
      and(
        eq(table.workspaceId, subject.workspaceId),
        isNull(table.deletedAt),
        isInFolder(source.folderId, folderId),
        isInSection(source, section, options),
      ),
    )
    .orderBy(...sortNodes(source, section))
    .limit(countPreparedRows(limit));
}

/** Matches the items of a section that follow the cursor. */
function isInSection(
  { kind, table, name }: NodeSource,
  section: Section,
  { order, after }: ListOptions,
): SQL | undefined {
  const isManual = sql`coalesce(${order}, 'name') = 'manual'`;
  const isMember =
    section === "placed"
      ? and(isManual, isNotNull(table.position))
      : or(sql`not ${isManual}`, isNull(table.position));
  if (after === null) return isMember;
  const number = sections[kind][section];
  const lastNumber = sections[after.kind][after.position === null ? "others" : "placed"];
  if (number > lastNumber) return isMember;
  if (number < lastNumber) return sql`false`;
  const { position, name: lastName, id } = after;
  return and(
    isMember,
    section === "placed"
      ? sql`(${table.position}, ${table.id}) > (${position}, ${id}::uuid)`
      : sql`(${naturalOrder(name)}, ${name}, ${table.id}) > (${naturalOrder(lastName)}, ${lastName}, ${id}::uuid)`,
  );
}
