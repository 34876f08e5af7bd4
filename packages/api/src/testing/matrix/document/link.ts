import { insertDocument } from "../../documents.ts";
import type { MatrixFixture, Rows } from "../fixture.ts";

/** A document that had another title. */
const createMovedDocument = async (world: MatrixFixture) => ({
  workspaceId: world.workspaceId,
  kind: "document",
  id: await insertDocument(world),
  fromName: "Old title",
});

export const linkRows: Rows = {
  "document.resolveLink": async (world) => ({ documentId: await insertDocument(world), path: "a.md" }),
  "document.suggestLinks": async (world) => ({ documentId: await insertDocument(world), query: "a" }),
  "document.backlinks": async (world) => ({ documentId: await insertDocument(world) }),
  "document.countMovedLinks": createMovedDocument,
  "document.updateMovedLinks": createMovedDocument,
};
