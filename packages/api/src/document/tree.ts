import type { Page, TreeNode } from "@mdreader/contract";
import { documents, folders, naturalOrder } from "@mdreader/db";
import { and, asc, eq, isNull, type SQL, sql } from "drizzle-orm";
import { alias, unionAll } from "drizzle-orm/pg-core";
import { z } from "zod";

import type { WorkspaceCheck } from "../access/resource-checks.ts";
import { createPageCursor, toPage } from "../util/pagination.ts";
import { inFolder } from "./folder/in-folder.ts";

const kind = z.enum(["folder", "document"]);
const nodeCursor = createPageCursor(z.tuple([kind, z.string(), z.uuid()]));

const child = alias(folders, "child");
const content = alias(documents, "content");

/** Lists the items directly in a folder, or in the root for null: folders first, each kind in natural order of names. */
export async function listTree(
  check: WorkspaceCheck<"document.read">,
  {
    folderId = null,
    cursor,
    limit,
  }: { folderId?: string | null | undefined; cursor?: string | null | undefined; limit: number },
): Promise<Page<TreeNode>> {
  const { db, subject } = check;
  const after = nodeCursor.decode(cursor);

  const folderNodes = db
    .select({
      id: folders.id,
      kind: sql<"folder" | "document">`'folder'`.as("kind"),
      name: sql<string>`${folders.name}`.as("name"),
      hasChildren: sql<boolean>`
        exists (${db
          .select({ one: sql`1` })
          .from(child)
          .where(and(eq(child.parentId, folders.id), isNull(child.deletedAt)))})
        or exists (${db
          .select({ one: sql`1` })
          .from(content)
          .where(and(eq(content.folderId, folders.id), isNull(content.deletedAt)))})`.as("has_children"),
      updatedAt: folders.updatedAt,
      sortKey: naturalOrder(folders.name).as("sort_key"),
    })
    .from(folders)
    .where(
      and(
        eq(folders.workspaceId, subject.workspaceId),
        isNull(folders.deletedAt),
        inFolder(folders.parentId, folderId),
        afterNode(after, "folder", sql`(${naturalOrder(folders.name)}, ${folders.name}, ${folders.id})`),
      ),
    )
    .orderBy(asc(naturalOrder(folders.name)), asc(folders.name), asc(folders.id))
    .limit(limit + 1);

  const documentNodes = db
    .select({
      id: documents.id,
      kind: sql<"folder" | "document">`'document'`.as("kind"),
      name: sql<string>`${documents.title}`.as("name"),
      hasChildren: sql<boolean>`false`.as("has_children"),
      updatedAt: documents.updatedAt,
      sortKey: naturalOrder(documents.title).as("sort_key"),
    })
    .from(documents)
    .where(
      and(
        eq(documents.workspaceId, subject.workspaceId),
        isNull(documents.deletedAt),
        inFolder(documents.folderId, folderId),
        afterNode(
          after,
          "document",
          sql`(${naturalOrder(documents.title)}, ${documents.title}, ${documents.id})`,
        ),
      ),
    )
    .orderBy(asc(naturalOrder(documents.title)), asc(documents.title), asc(documents.id))
    .limit(limit + 1);

  const { rows } = await check.select(
    unionAll(folderNodes, documentNodes)
      .orderBy(sql`kind desc, sort_key, name, id`)
      .limit(limit + 1),
  );
  return toPage(
    rows,
    limit,
    ({ kind: of, name, id }) => nodeCursor.encode([of, name, id]),
    ({ sortKey: _sortKey, ...node }) => node,
  );
}

/** Selects the items of a kind after the cursor. Folders come before documents. */
function afterNode(
  after: [TreeNode["kind"], string, string] | null,
  of: TreeNode["kind"],
  key: SQL,
): SQL | undefined {
  if (after === null) return undefined;
  const [kindBefore, name, id] = after;
  if (kindBefore === of) return sql`${key} > (${naturalOrder(name)}, ${name}, ${id}::uuid)`;
  return of === "document" ? undefined : sql`false`;
}
