import { documents, folders, newId } from "@mdreader/db";
import { eq } from "drizzle-orm";
import * as Y from "yjs";

import { endSpell } from "../../document/history/spell.ts";
import { aDocument } from "../documents.ts";
import type { Rows } from "./rows.ts";
import type { World } from "./world.ts";

const id = async (world: World) => ({ id: await aDocument(world, { content: "Some text.\n" }) });

/** A document that was typed into after its only saved version. */
async function aVersionedDocument(world: World): Promise<string> {
  const { services } = world.app;
  const versioned = await aDocument(world, { content: "Some text.\n" });
  await endSpell(services.database.sql, services.documents, versioned);
  return versioned;
}

/** A document that is in the trash by itself. */
async function aTrashedDocument(world: World): Promise<{ id: string }> {
  const trashed = await aDocument(world);
  await world.app.services.database.db
    .update(documents)
    .set({ deletedAt: new Date().toISOString(), deletedWith: trashed })
    .where(eq(documents.id, trashed));
  return { id: trashed };
}

/** A folder, in the trash or not. */
async function aFolder({ app, workspaceId }: World, trashed = false): Promise<{ id: string }> {
  const folderId = newId();
  const deletion = trashed ? { deletedAt: new Date().toISOString(), deletedWith: folderId } : {};
  await app.services.database.db
    .insert(folders)
    .values({ id: folderId, workspaceId, name: `folder ${folderId}`, ...deletion });
  return { id: folderId };
}

/** A document that had another title. */
const aMovedDocument = async (world: World) => ({
  workspaceId: world.workspaceId,
  kind: "document",
  id: await aDocument(world),
  fromName: "Old title",
});

/** What a new window sends first. */
function anUpdate(): string {
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
  "document.restore": aTrashedDocument,
  "document.purge": aTrashedDocument,

  "document.resolveLink": async (world) => ({ documentId: await aDocument(world), path: "a.md" }),
  "document.suggestLinks": async (world) => ({ documentId: await aDocument(world), query: "a" }),
  "document.backlinks": async (world) => ({ documentId: await aDocument(world) }),

  "document.countMovedLinks": aMovedDocument,
  "document.updateMovedLinks": aMovedDocument,

  "document.push": async (world) => ({ ...(await id(world)), update: anUpdate() }),
  "document.pull": id,
  "document.changes": id,
  "document.applyText": async (world) => ({ ...(await id(world)), baseVersion: 1, text: "Other text.\n" }),

  "document.blame": id,
  "document.version.list": id,
  "document.version.get": async (world) => ({ id: await aVersionedDocument(world), number: 1 }),
  "document.version.diff": async (world) => ({ id: await aVersionedDocument(world), from: 1 }),
  "document.version.create": async (world) => ({ ...(await id(world)), label: "As sent" }),
  "document.version.restore": async (world) => ({ id: await aVersionedDocument(world), number: 1 }),

  "document.folder.create": ({ workspaceId }) => ({ workspaceId, name: `folder ${newId()}` }),
  "document.folder.rename": async (world) => ({ ...(await aFolder(world)), name: `folder ${newId()}` }),
  "document.folder.move": async (world) => ({ ...(await aFolder(world)), parentId: null }),
  "document.folder.delete": (world) => aFolder(world),
  "document.folder.restore": (world) => aFolder(world, true),
};
