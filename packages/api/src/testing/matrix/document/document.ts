import { documents } from "@mdreader/db";
import { eq } from "drizzle-orm";

import { insertDocument } from "../../documents.ts";
import type { MatrixFixture, Rows } from "../fixture.ts";
import { createTextDocument } from "../text-document.ts";

/** Creates a document that was deleted directly, not with its folder. */
async function createTrashedDocument(fixture: MatrixFixture): Promise<{ id: string }> {
  const trashed = await insertDocument(fixture);
  await fixture.app.services.database.db
    .update(documents)
    .set({ deletedAt: new Date().toISOString(), deletedWith: trashed })
    .where(eq(documents.id, trashed));
  return { id: trashed };
}

export const documentRows: Rows = {
  "document.create": ({ workspaceId }) => ({ workspaceId, title: "A document" }),
  "document.get": createTextDocument,
  "document.list": ({ workspaceId }) => ({ workspaceId }),
  "document.tree": ({ workspaceId }) => ({ workspaceId }),
  "document.trash": ({ workspaceId }) => ({ workspaceId }),
  "document.path": createTextDocument,
  "document.update": async (fixture) => ({ ...(await createTextDocument(fixture)), title: "A new title" }),
  "document.move": async (fixture) => ({ ...(await createTextDocument(fixture)), folderId: null }),
  "document.duplicate": createTextDocument,
  "document.delete": createTextDocument,
  "document.restore": createTrashedDocument,
  "document.purge": createTrashedDocument,
};
