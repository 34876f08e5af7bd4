import type { Folder } from "@mdreader/contract";
import { folders } from "@mdreader/db";

import type { WorkspaceAccess } from "../../access/authorize.ts";
import { mutateWorkspace } from "../../access/authorized-transaction.ts";
import type { Services } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { findFolder, lockFolderTree, maxDepth } from "./find.ts";
import { mapNameConflict } from "./name.ts";
import { readAncestors } from "./paths.ts";

/**
 * Creates a folder.
 * @throws AppError FOLDER_NAME_TAKEN, FOLDER_TOO_DEEP, NOT_FOUND for a parent of another workspace.
 */
export function createFolder(
  services: Services,
  access: WorkspaceAccess<"folder.create">,
  { name, parentId = null }: { name: string; parentId?: string | null | undefined },
): Promise<Folder> {
  const { workspaceId, caller } = access;
  return mutateWorkspace(services, "folder.create", access, async ({ tx, emit }) => {
    if (parentId !== null) {
      await lockFolderTree(tx, workspaceId);
      await findFolder(tx, workspaceId, parentId);
      if ((await readAncestors(tx, parentId)).length >= maxDepth) throw new AppError("FOLDER_TOO_DEEP");
    }
    const [folder] = await tx
      .insert(folders)
      .values({ workspaceId, parentId, name, createdBy: caller.userId })
      .returning();
    if (folder === undefined) throw new AppError("INTERNAL");
    emit({ kind: "folder.created", subjectId: folder.id, subjectName: name });
    return folder;
  }).catch(mapNameConflict);
}
