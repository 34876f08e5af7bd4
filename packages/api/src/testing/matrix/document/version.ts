import { saveEditSession } from "../../../document/version/edit-session.ts";
import { insertDocument } from "../../documents.ts";
import type { MatrixFixture, Rows } from "../fixture.ts";
import { createTextDocument } from "../text-document.ts";

/** Creates a document with edits after its only saved version. */
async function createVersionedDocument(world: MatrixFixture): Promise<string> {
  const { services } = world.app;
  const versioned = await insertDocument(world, { content: "Some text.\n" });
  await saveEditSession(services.database.sql, services.documents, versioned);
  return versioned;
}

export const versionRows: Rows = {
  "document.blame": createTextDocument,
  "document.version.list": createTextDocument,
  "document.version.get": async (world) => ({ id: await createVersionedDocument(world), number: 1 }),
  "document.version.diff": async (world) => ({ id: await createVersionedDocument(world), from: 1 }),
  "document.version.create": async (world) => ({ ...(await createTextDocument(world)), label: "As sent" }),
  "document.version.restore": async (world) => ({ id: await createVersionedDocument(world), number: 1 }),
};
