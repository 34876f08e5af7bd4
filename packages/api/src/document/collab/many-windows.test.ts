import { createYDoc, getText } from "@mdreader/collab";
import { encodeUpdate } from "@mdreader/collab/testing";
import { expect } from "vitest";
import * as Y from "yjs";

import { createTestEditor } from "../../testing/index.ts";
import { test as it } from "../../testing/test.ts";
import { foldLog } from "./maintenance/fold-log.ts";
import { createDocumentStore } from "./store/document-store.ts";
import { readMarkdown } from "./store/live-document.ts";

const windows = 20_000;
/** The maximum number of client IDs per update. */
const windowsPerUpdate = 1000;

it("opens, resumes, folds and edits a document with 20,000 client IDs like any other", async ({
  owner,
  workspaceId,
  app,
}) => {
  const content = "a".repeat(windows);
  const { id } = await owner.client.document.create({ workspaceId, title: "Busy", content });
  const author = (await createTestEditor(owner, id)).doc.store.clients.keys().next().value ?? 0;
  // One word per window, each at a separate position.
  for (let from = 0; from < windows; from += windowsPerUpdate) {
    const blocks = Array.from({ length: windowsPerUpdate }, (_, n) => ({
      client: 2 ** 31 - from - n,
      clock: 0,
      structs: [
        {
          kind: "text" as const,
          text: "bc",
          origin: { client: author, clock: from + n },
          rightOrigin: from + n + 1 === windows ? null : { client: author, clock: from + n + 1 },
        },
      ],
    }));
    const update = Buffer.from(encodeUpdate(blocks)).toString("base64");
    await owner.client.document.push({ id, update });
  }
  const expected = "abc".repeat(windows);

  // A returning client sends a state vector of all windows, and receives what is new.
  const away = await createTestEditor(owner, id);
  expect(getText(away.doc).toJSON()).toBe(expected);
  const window = await createTestEditor(owner, id);
  await window.type((text) => text.insert(0, "typed "));
  const stateVector = Buffer.from(Y.encodeStateVector(away.doc)).toString("base64");
  const { update } = await owner.client.document.pull({ id, stateVector });
  Y.applyUpdate(away.doc, Buffer.from(update, "base64"));
  expect(getText(away.doc).toJSON()).toBe(`typed ${expected}`);

  const limits = { entriesPerSnapshot: 1, bytesPerSnapshot: 1, keptSnapshots: 1 };
  await foldLog(app.services.database.sql, app.services.documents, id, limits);
  const [folded] = await app.services.database.sql<{ state: Uint8Array }[]>`
    select state from document_snapshots where document_id = ${id}`;
  expect(getText(createYDoc(folded === undefined ? [] : [folded.state])).toJSON()).toBe(`typed ${expected}`);
  const otherProcess = createDocumentStore(app.services.database);
  expect(await otherProcess.read(id, readMarkdown)).toBe(`typed ${expected}`);
  await (await createTestEditor(owner, id)).type((text) => text.insert(0, "again "));
  expect(await otherProcess.read(id, readMarkdown)).toBe(`again typed ${expected}`);
});
