import { files, fileUploads, newId } from "@mdreader/db";

import { aDocument } from "../documents.ts";
import type { Rows } from "./rows.ts";
import type { Try, World } from "./world.ts";

/** A file, in the trash or not. */
async function aFile({ app, workspaceId }: World, trashed = false): Promise<{ id: string }> {
  const id = newId();
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

/** An upload of whoever tries, whose bytes, of which there are none, have arrived. */
async function anUpload({ app, workspaceId, people }: World, who: Try): Promise<{ id: string }> {
  if (who === "nobody") return { id: newId() };
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
  "file.completeUpload": anUpload,
  "file.list": ({ workspaceId }) => ({ workspaceId }),
  "file.get": (world) => aFile(world),
  "file.downloadUrl": (world) => aFile(world),
  "file.resolve": async (world) => ({ documentId: await aDocument(world), paths: ["picture.png"] }),
  "file.move": async (world) => ({ ...(await aFile(world)), path: "elsewhere/picture.png" }),
  "file.delete": (world) => aFile(world),
  "file.restore": (world) => aFile(world, true),
  "file.purge": (world) => aFile(world, true),
};
