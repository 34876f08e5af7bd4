import type { Folder, Place } from "@mdreader/contract";
import { folders } from "@mdreader/db";
import { and, eq, isNull, sql } from "drizzle-orm";

import type { FolderAccess } from "../../access/authorize.ts";
import { mutateWorkspace } from "../../access/authorized-transaction.ts";
import type { Services } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { describeMove } from "../../workspace/event-log.ts";
import { findFolder, readSubtreeDepth, lockFolderTree, maxDepth, assertContentsSettled } from "./find.ts";
import { mapNameConflict } from "./name.ts";
import { readAncestors } from "./paths.ts";
import { hasPlace, placeItem } from "./place.ts";

/**
 * Moves a folder with its contents into another folder, or to the root for null, and next to a sibling if the input names
 * one.
 * @throws AppError FOLDER_CYCLE, FOLDER_TOO_DEEP, FOLDER_NAME_TAKEN, NOT_FOUND for a parent of another workspace or a
 *   sibling of another folder, LIMIT_REACHED; UNAVAILABLE while its contents are still being restored.
 */
export function moveFolder(
  services: Services,
  access: FolderAccess<"folder.update">,
  { parentId, ...place }: Place & { parentId: string | null },
): Promise<Folder> {
  const { id } = access.folder;
  return mutateWorkspace(services, "folder.update", access, async ({ tx, workspaceId, emit }) => {
    await lockFolderTree(tx, workspaceId);
    await assertContentsSettled(tx, id);
    const { parentId: previousParentId } = await findFolder(tx, workspaceId, id);
    if (parentId !== null) {
      await findFolder(tx, workspaceId, parentId);
      const ancestors = await readAncestors(tx, parentId);
      if (ancestors.some((ancestor) => ancestor.id === id)) throw new AppError("FOLDER_CYCLE");
      if (ancestors.length + (await readSubtreeDepth(tx, id)) > maxDepth)
        throw new AppError("FOLDER_TOO_DEEP");
    }
    const isReordered = parentId === previousParentId && hasPlace(place);
    const write = async (position?: string | null) => {
      const moved = { parentId, updatedAt: sql`now()` };
      const [folder] = await tx
        .update(folders)
        .set({ ...(position !== undefined && { position }), ...(!isReordered && moved) })
        .where(and(eq(folders.id, id), isNull(folders.deletedAt)))
        .returning();
      if (folder === undefined) throw new AppError("NOT_FOUND");
      if (!isReordered)
        emit({
          kind: "folder.moved",
          subjectId: id,
          subjectName: folder.name,
          ...describeMove(previousParentId),
        });
      return folder;
    };
    if (!hasPlace(place)) return write(parentId === previousParentId ? undefined : null);
    return placeItem(tx, { workspaceId, emit }, { kind: "folder", id, folderId: parentId }, place, write);
  }).catch(mapNameConflict);
}
