import type { WorkspaceAccess } from "../../access/authorize.ts";
import { mutateWorkspace } from "../../access/authorized-transaction.ts";
import type { Services } from "../../context.ts";
import { findFolder, lockFolderTree } from "./find.ts";
import { setOrder } from "./place.ts";

/**
 * Orders the direct contents of a folder, or of the top level, by name again. Their positions remain and have no effect,
 * so that lists which began in manual order can be read to the end.
 * @throws AppError NOT_FOUND for a folder of another workspace.
 */
export async function sortFolder(
  services: Services,
  access: WorkspaceAccess<"folder.update">,
  { folderId = null }: { folderId?: string | null | undefined },
): Promise<{ ok: true }> {
  await mutateWorkspace(services, "folder.update", access, async ({ tx, workspaceId, emit }) => {
    await lockFolderTree(tx, workspaceId);
    const folder = folderId === null ? null : await findFolder(tx, workspaceId, folderId);
    if (await setOrder(tx, workspaceId, folderId, "name"))
      emit({ kind: "folder.reordered", subjectId: folderId, subjectName: folder?.name ?? null });
  });
  return { ok: true };
}
