import { createYDoc, getText } from "@mdreader/collab";
import * as Y from "yjs";

import type { TestActor } from "./factories.ts";

/** A window with a document open for editing. */
export interface TestEditor {
  doc: Y.Doc;
  /** Changes the text and sends the resulting updates. */
  type(change: (text: Y.Text) => void): Promise<void>;
}

export async function createTestEditor(
  { client }: Pick<TestActor, "client">,
  id: string,
): Promise<TestEditor> {
  const pulled = await client.document.pull({ id });
  const doc = createYDoc([Buffer.from(pulled.update, "base64")]);
  return {
    doc,
    async type(change) {
      const before = Y.encodeStateVector(doc);
      doc.transact(() => change(getText(doc)));
      const update = Buffer.from(Y.encodeStateAsUpdate(doc, before)).toString("base64");
      await client.document.push({ id, update });
    },
  };
}

/** Types into a document through a new window. */
export async function typeInto(
  actor: Pick<TestActor, "client">,
  id: string,
  change: (text: Y.Text) => void,
): Promise<void> {
  await (await createTestEditor(actor, id)).type(change);
}
