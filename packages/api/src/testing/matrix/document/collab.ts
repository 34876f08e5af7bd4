import * as Y from "yjs";

import type { Rows } from "../fixture.ts";
import { createTextDocument } from "../text-document.ts";

/** The first update of a new window. */
function createUpdate(): string {
  const doc = new Y.Doc();
  doc.getText("content").insert(0, "typed");
  return Buffer.from(Y.encodeStateAsUpdate(doc)).toString("base64");
}

export const collabRows: Rows = {
  "document.push": async (fixture) => ({ ...(await createTextDocument(fixture)), update: createUpdate() }),
  "document.pull": createTextDocument,
  "document.changes": createTextDocument,
  "document.applyText": async (fixture) => ({
    ...(await createTextDocument(fixture)),
    baseVersion: 1,
    text: "Other text.\n",
  }),
};
