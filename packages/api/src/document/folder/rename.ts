import type { Folder } from "@mdreader/contract";
import { folders } from "@mdreader/db";
import { and, eq, isNull, sql } from "drizzle-orm";

import type { FolderAccess } from "../../access/authorize.ts";
import { mutateWorkspace } from "../../access/authorized-transaction.ts";
import type { Services } from "../../context.ts";
import { AppError } from "../../errors.ts";
import { describeRename } from "../../workspace/event-log.ts";
import { mapNameConflict } from "./name.ts";

/** Renames a folder. @throws AppError FOLDER_NAME_TAKEN */
export function renameFolder(
  services: Services,
  access: FolderAccess<"folder.update">,
  name: string,
): Promise<Folder> {
  return mutateWorkspace(services, "folder.update", access, async ({ tx, emit }) => {
    const isActive = and(eq(folders.id, access.folder.id), isNull(folders.deletedAt));
    const [previous] = await tx
      .select({ name: folders.name })
      .from(folders)
      .where(isActive)
      .for("no key update");
    const [folder] = await tx
      .update(folders)
      .set({ name, updatedAt: sql`now()` })
      .where(isActive)
      .returning();
    if (previous === undefined || folder === undefined) throw new AppError("NOT_FOUND");
    emit({
      kind: "folder.renamed",
      subjectId: folder.id,
      subjectName: name,
      ...describeRename(previous.name, name),
    });
    return folder;
  }).catch(mapNameConflict);
}
