import { createId, folders } from "@mdreader/db";

import type { MatrixFixture, Rows } from "../fixture.ts";

/** Creates a folder, optionally in the trash. */
async function createFolder({ app, workspaceId }: MatrixFixture, trashed = false): Promise<{ id: string }> {
  const folderId = createId();
  const deletion = trashed ? { deletedAt: new Date().toISOString(), deletedWith: folderId } : {};
  await app.services.database.db
    .insert(folders)
    .values({ id: folderId, workspaceId, name: `folder ${folderId}`, ...deletion });
  return { id: folderId };
}

export const folderRows: Rows = {
  "document.folder.create": ({ workspaceId }) => ({ workspaceId, name: `folder ${createId()}` }),
  "document.folder.count": (fixture) => createFolder(fixture),
  "document.folder.rename": async (fixture) => ({
    ...(await createFolder(fixture)),
    name: `folder ${createId()}`,
  }),
  "document.folder.move": async (fixture) => ({ ...(await createFolder(fixture)), parentId: null }),
  "document.folder.sort": ({ workspaceId }) => ({ workspaceId }),
  "document.folder.delete": (fixture) => createFolder(fixture),
  "document.folder.restore": (fixture) => createFolder(fixture, true),
};
