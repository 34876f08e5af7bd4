import { files, fileUploads, createId } from "@mdreader/db";

import { insertDocument } from "../documents.ts";
import type { MatrixActor, MatrixFixture } from "./fixture.ts";
import type { Rows } from "./fixture.ts";

/** Creates a file, optionally in the trash. */
async function createFile({ app, workspaceId }: MatrixFixture, trashed = false): Promise<{ id: string }> {
  const id = createId();
  const deletion = trashed ? { deletedAt: new Date().toISOString(), deletedWith: id } : {};
  await app.services.database.db.insert(files).values({
    id,
    workspaceId,
    path: `${id}.png`,
    mediaType: "image/png",
    size: 1,
    hash: new Uint8Array(32),
    ...deletion,
  });
  return { id };
}

/** Creates an upload of the actor, with no bytes, all of which have been received. */
async function createUpload(
  { app, workspaceId, people }: MatrixFixture,
  who: MatrixActor,
): Promise<{ id: string }> {
  if (who === "nobody") return { id: createId() };
  const [upload] = await app.services.database.db
    .insert(fileUploads)
    .values({
      workspaceId,
      path: "empty.txt",
      purpose: "file",
      onConflict: "rename",
      size: 0,
      uploadedBy: people[who].id,
      expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
    })
    .returning({ id: fileUploads.id });
  if (upload === undefined) throw new Error("no upload was inserted");
  return upload;
}

export const fileRows: Rows = {
  "file.createUpload": ({ workspaceId }) => ({ workspaceId, name: "picture.png", size: 3 }),
  "file.completeUpload": createUpload,
  "file.usage": ({ workspaceId }) => ({ workspaceId }),
  "file.list": ({ workspaceId }) => ({ workspaceId }),
  "file.get": (fixture) => createFile(fixture),
  "file.downloadUrl": (fixture) => createFile(fixture),
  "file.resolve": async (fixture) => ({ documentId: await insertDocument(fixture), paths: ["picture.png"] }),
  "file.move": async (fixture) => ({ ...(await createFile(fixture)), path: "elsewhere/picture.png" }),
  "file.delete": (fixture) => createFile(fixture),
  "file.restore": (fixture) => createFile(fixture, true),
  "file.purge": (fixture) => createFile(fixture, true),
};
