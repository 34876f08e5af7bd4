import { insertDocument } from "../../documents.ts";
import type { MatrixFixture, Rows } from "../fixture.ts";

/** A document that had another title. */
const createMovedDocument = async (fixture: MatrixFixture) => ({
  workspaceId: fixture.workspaceId,
  kind: "document",
  id: await insertDocument(fixture),
  fromName: "Old title",
});

export const linkRows: Rows = {
  "document.resolveLink": async (fixture) => ({ documentId: await insertDocument(fixture), path: "a.md" }),
  "document.suggestLinks": async (fixture) => ({ documentId: await insertDocument(fixture), query: "a" }),
  "document.backlinks": async (fixture) => ({ documentId: await insertDocument(fixture) }),
  "document.countMovedLinks": createMovedDocument,
  "document.updateMovedLinks": createMovedDocument,
};
