import { documents, folders, createId } from "@mdreader/db";
import { eq } from "drizzle-orm";
import * as Y from "yjs";

import { saveEditSession } from "../../../document/version/edit-session.ts";
import { insertDocument } from "../../documents.ts";
import type { MatrixFixture } from "../fixture.ts";
import type { Rows } from "../fixture.ts";

const id = async (world: MatrixFixture) => ({ id: await insertDocument(world, { content: "Some text.\n" }) });

/** Creates a document with edits after its only saved version. */
async function createVersionedDocument(world: MatrixFixture): Promise<string> {
  const { services } = world.app;
  const versioned = await insertDocument(world, { content: "Some text.\n" });
  await saveEditSession(services.database.sql, services.documents, versioned);
  return versioned;
}

/** Creates a document that was deleted directly, not with its folder. */
async function createTrashedDocument(world: MatrixFixture): Promise<{ id: string }> {
  const trashed = await insertDocument(world);
  await world.app.services.database.db
    .update(documents)
    .set({ deletedAt: new Date().toISOString(), deletedWith: trashed })
    .where(eq(documents.id, trashed));
  return { id: trashed };
}

/** Creates a folder, optionally in the trash. */
async function createFolder({ app, workspaceId }: MatrixFixture, trashed = false): Promise<{ id: string }> {
  const folderId = createId();
  const deletion = trashed ? { deletedAt: new Date().toISOString(), deletedWith: folderId } : {};
  await app.services.database.db
    .insert(folders)
    .values({ id: folderId, workspaceId, name: `folder ${folderId}`, ...deletion });
  return { id: folderId };
}

/** A document that had another title. */
const createMovedDocument = async (world: MatrixFixture) => ({
  workspaceId: world.workspaceId,
  kind: "document",
  id: await insertDocument(world),
  fromName: "Old title",
});

/** The first update of a new window. */
function createUpdate(): string {
  const doc = new Y.Doc();
  doc.getText("content").insert(0, "typed");
  return Buffer.from(Y.encodeStateAsUpdate(doc)).toString("base64");
}

export const documentRows: Rows = {
  "document.create": ({ workspaceId }) => ({ workspaceId, title: "A document" }),
  "document.get": id,
  "document.list": ({ workspaceId }) => ({ workspaceId }),
  "document.tree": ({ workspaceId }) => ({ workspaceId }),
  "document.search": ({ workspaceId }) => ({ workspaceId, query: "text" }),
  "document.trash": ({ workspaceId }) => ({ workspaceId }),
  "document.import": ({ workspaceId }) => ({ workspaceId, title: "Imported", content: "Text.\n" }),
  "document.export": ({ workspaceId }) => ({ workspaceId }),
  "document.update": async (world) => ({ ...(await id(world)), title: "A new title" }),
  "document.move": async (world) => ({ ...(await id(world)), folderId: null }),
  "document.duplicate": id,
  "document.delete": id,
  "document.restore": createTrashedDocument,
  "document.purge": createTrashedDocument,

  "document.resolveLink": async (world) => ({ documentId: await insertDocument(world), path: "a.md" }),
  "document.suggestLinks": async (world) => ({ documentId: await insertDocument(world), query: "a" }),
  "document.backlinks": async (world) => ({ documentId: await insertDocument(world) }),

  "document.countMovedLinks": createMovedDocument,
  "document.updateMovedLinks": createMovedDocument,

  "document.push": async (world) => ({ ...(await id(world)), update: createUpdate() }),
  "document.pull": id,
  "document.changes": id,
  "document.applyText": async (world) => ({ ...(await id(world)), baseVersion: 1, text: "Other text.\n" }),

  "document.blame": id,
  "document.version.list": id,
  "document.version.get": async (world) => ({ id: await createVersionedDocument(world), number: 1 }),
  "document.version.diff": async (world) => ({ id: await createVersionedDocument(world), from: 1 }),
  "document.version.create": async (world) => ({ ...(await id(world)), label: "As sent" }),
  "document.version.restore": async (world) => ({ id: await createVersionedDocument(world), number: 1 }),

  "document.folder.create": ({ workspaceId }) => ({ workspaceId, name: `folder ${createId()}` }),
  "document.folder.rename": async (world) => ({
    ...(await createFolder(world)),
    name: `folder ${createId()}`,
  }),
  "document.folder.move": async (world) => ({ ...(await createFolder(world)), parentId: null }),
  "document.folder.delete": (world) => createFolder(world),
  "document.folder.restore": (world) => createFolder(world, true),
};
