import type { ChildrenOrder, Place } from "@mdreader/contract";
import { documents, executePrepared, folders, naturalOrder, type Tx, workspaces } from "@mdreader/db";
import { and, asc, eq, isNotNull, isNull, ne, sql } from "drizzle-orm";

import { AppError } from "../../errors.ts";
import type { EmitEvent } from "../../workspace/event-log.ts";
import { findFolder } from "./find.ts";
import { isInFolder } from "./in-folder.ts";
import { createPositions, maxPositionLength } from "./position.ts";

/** Maximum number of siblings in a manual order. Others follow by name. */
const maxOrdered = 10_000;

/**
 * In a folder with more siblings, only those before a placed item get positions. The others have none, so they follow by
 * name until something is placed after them.
 */
const maxOrderedAtOnce = 1000;

const siblingTables = {
  folder: { table: folders, folderId: folders.parentId, name: folders.name },
  document: { table: documents, folderId: documents.folderId, name: documents.title },
} as const;

/** An item, and its target folder; null for the top level. */
export interface PlacedItem {
  kind: keyof typeof siblingTables;
  id: string;
  folderId: string | null;
}

interface Sibling {
  id: string;
  position: string | null;
}

/** Whether a move names a sibling next to which the item is placed. */
export const hasPlace = ({ beforeId, afterId }: Place): boolean =>
  beforeId !== undefined || afterId !== undefined;

/**
 * Finds a position for an item next to one of its siblings, and gives siblings positions where that is needed. The folder
 * is in manual order from then on. It must be called under the lock of the folder tree, and after the other changes of
 * the transaction, because it may change the workspace's row.
 *
 * Servers of earlier versions insert and move items without regard to positions. Items without one therefore follow the
 * others by name, and a position that two items have is replaced.
 *
 * @param write Writes the item with its position, before the workspace's row is locked.
 * @throws AppError NOT_FOUND when neither sibling is in the folder; LIMIT_REACHED when neither is among the first 10,000.
 */
export async function placeItem<T>(
  tx: Tx,
  { workspaceId, emit }: { workspaceId: string; emit: EmitEvent },
  item: PlacedItem,
  place: Place,
  write: (position: string) => Promise<T>,
): Promise<T> {
  const folder = item.folderId === null ? null : await findFolder(tx, workspaceId, item.folderId);
  const order = folder?.childrenOrder ?? (await readRootOrder(tx, workspaceId));
  const isManual = order === "manual";
  const siblings = await readSiblings(tx, workspaceId, item, order);
  const index = await findIndex(tx, workspaceId, item, place, siblings);
  const { position, changed } = choosePositions(siblings, index);
  if (!isManual) await clearPositions(tx, workspaceId, item.folderId);
  await writePositions(tx, item, changed);
  const result = await write(position);
  emit({ kind: "folder.reordered", subjectId: item.folderId, subjectName: folder?.name ?? null });
  if (!isManual) await setOrder(tx, workspaceId, item.folderId, "manual");
  return result;
}

/** Sets how the direct contents of a folder, or of the top level for null, are ordered. */
export async function setOrder(
  tx: Tx,
  workspaceId: string,
  folderId: string | null,
  childrenOrder: ChildrenOrder,
): Promise<boolean> {
  const changed =
    folderId === null
      ? await tx
          .update(workspaces)
          .set({ childrenOrder })
          .where(and(eq(workspaces.id, workspaceId), ne(workspaces.childrenOrder, childrenOrder)))
          .returning({ id: workspaces.id })
      : await tx
          .update(folders)
          .set({ childrenOrder })
          .where(and(eq(folders.id, folderId), ne(folders.childrenOrder, childrenOrder)))
          .returning({ id: folders.id });
  return changed.length > 0;
}

async function readRootOrder(tx: Tx, workspaceId: string) {
  const [workspace] = await tx
    .select({ childrenOrder: workspaces.childrenOrder })
    .from(workspaces)
    .where(eq(workspaces.id, workspaceId));
  return workspace?.childrenOrder ?? "name";
}

/** Reads the siblings that a manual order covers, in their current order. In order by name, none has a position. */
async function readSiblings(
  tx: Tx,
  workspaceId: string,
  { kind, id, folderId }: PlacedItem,
  order: ChildrenOrder,
): Promise<Sibling[]> {
  const isManual = order === "manual";
  const { table, folderId: folderColumn, name } = siblingTables[kind];
  const isSibling = and(
    eq(table.workspaceId, workspaceId),
    isNull(table.deletedAt),
    isInFolder(folderColumn, folderId),
    ne(table.id, id),
  );
  const placed = isManual
    ? await tx
        .select({ id: table.id, position: table.position })
        .from(table)
        .where(and(isSibling, isNotNull(table.position)))
        .orderBy(asc(table.position), asc(table.id))
        .limit(maxOrdered)
    : [];
  const others = await tx
    .select({ id: table.id, position: sql<null>`null` })
    .from(table)
    .where(and(isSibling, isManual ? isNull(table.position) : undefined))
    .orderBy(asc(naturalOrder(name)), asc(name), asc(table.id))
    .limit(maxOrdered - placed.length);
  return [...placed, ...others];
}

/** Returns the index among the siblings at which an item is placed. */
async function findIndex(
  tx: Tx,
  workspaceId: string,
  { kind, folderId }: PlacedItem,
  { beforeId, afterId }: Place,
  siblings: readonly Sibling[],
): Promise<number> {
  const previous = siblings.findIndex(({ id }) => id === afterId);
  if (previous !== -1) return previous + 1;
  const next = siblings.findIndex(({ id }) => id === beforeId);
  if (next !== -1) return next;
  const { table, folderId: folderColumn } = siblingTables[kind];
  const [sibling] = await tx
    .select({ id: table.id })
    .from(table)
    .where(
      and(
        sql`${table.id} = any(${sql.param([beforeId ?? null, afterId ?? null])}::uuid[])`,
        eq(table.workspaceId, workspaceId),
        isNull(table.deletedAt),
        isInFolder(folderColumn, folderId),
      ),
    );
  throw new AppError(sibling === undefined ? "NOT_FOUND" : "LIMIT_REACHED");
}

/** Chooses a position at an index, and new positions for siblings without one or without a gap. */
function choosePositions(
  siblings: readonly Sibling[],
  index: number,
): { position: string; changed: { id: string; position: string }[] } {
  const end = siblings.length <= maxOrderedAtOnce ? siblings.length : index;
  const firstUnplaced = siblings.findIndex(({ position }) => position === null);
  const start = firstUnplaced === -1 ? siblings.length : firstUnplaced;
  const added = createPositions(siblings[start - 1]?.position ?? null, null, Math.max(0, end - start));
  const positions = siblings.map(({ position }, at) => position ?? added[at - start] ?? null);
  const [before = null, after = null] = [positions[index - 1], positions[index]];
  if (before === null || after === null || before < after) {
    const [position = ""] = createPositions(before, after, 1);
    const changed = siblings.slice(start, end).map(({ id }, at) => ({ id, position: added[at] ?? "" }));
    if ([position, added.at(-1) ?? ""].every(({ length }) => length <= maxPositionLength))
      return { position, changed };
  }
  const last = Math.max(start, end);
  const all = createPositions(null, null, last + 1);
  const [position = ""] = all.splice(index, 1);
  return {
    position,
    changed: siblings.slice(0, last).map(({ id }, at) => ({ id, position: all[at] ?? "" })),
  };
}

/** Removes the positions that items of a folder have from an earlier manual order or another folder. */
async function clearPositions(tx: Tx, workspaceId: string, folderId: string | null): Promise<void> {
  for (const { table, folderId: folderColumn } of Object.values(siblingTables)) {
    await tx
      .update(table)
      .set({ position: null })
      .where(
        and(
          eq(table.workspaceId, workspaceId),
          isInFolder(folderColumn, folderId),
          isNotNull(table.position),
        ),
      );
  }
}

/** Sets the positions of items that are still in the folder. */
async function writePositions(
  tx: Tx,
  { kind, folderId }: PlacedItem,
  changed: readonly { id: string; position: string }[],
): Promise<void> {
  if (changed.length === 0) return;
  const { table, folderId: folderColumn } = siblingTables[kind];
  await executePrepared(
    tx,
    sql`
    update ${table} set position = placed.position
    from unnest(
      ${sql.param(changed.map(({ id }) => id))}::uuid[], ${sql.param(changed.map(({ position }) => position))}::text[]
    ) as placed (id, position)
    where ${table.id} = placed.id and ${isInFolder(folderColumn, folderId)}`,
  );
}
