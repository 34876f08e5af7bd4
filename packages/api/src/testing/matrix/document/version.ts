import { saveEditSession } from "../../../document/version/edit-session.ts";
import { insertDocument } from "../../documents.ts";
import type { MatrixFixture, Rows } from "../fixture.ts";
import { createTextDocument } from "../text-document.ts";

/** Creates a document with edits after its only saved version. */
async function createVersionedDocument(fixture: MatrixFixture): Promise<string> {
  const { services } = fixture.app;
  const versioned = await insertDocument(fixture, { content: "Some text.\n" });
  await saveEditSession(services.database.sql, services.documents, versioned);
  return versioned;
}

export const versionRows: Rows = {
  "document.blame": createTextDocument,
  "document.version.list": createTextDocument,
  "document.version.get": async (fixture) => ({ id: await createVersionedDocument(fixture), number: 1 }),
  "document.version.diff": async (fixture) => ({ id: await createVersionedDocument(fixture), from: 1 }),
  "document.version.create": async (fixture) => ({
    ...(await createTextDocument(fixture)),
    label: "As sent",
  }),
  "document.version.restore": async (fixture) => ({ id: await createVersionedDocument(fixture), number: 1 }),
};
