import { getText } from "@mdreader/collab";
import { createOddUpdate } from "@mdreader/collab/testing";
import * as fc from "fast-check";
import { expect } from "vitest";
import * as Y from "yjs";

import { catchReason } from "../../../testing/index.ts";
import { test as base } from "../../../testing/test.ts";
import { createDocumentStore } from "../store/document-store.ts";
import { readMarkdown } from "../store/live-document.ts";

const clients = [3, 5, 8, 13];
const refusals = ["BAD_UPDATE", "UPDATE_GAP", "FOREIGN_CLIENT_ID"];
const test = base
  .extend(
    "push",
    ({ owner }) =>
      (id: string, update: Uint8Array) =>
        owner.client.document.push({ id, update: Buffer.from(update).toString("base64") }),
  )
  /** The state of a document in memory, and the length of its log. */
  .extend("stateOf", ({ app }) => async (id: string) => {
    const { sql } = app.services.database;
    const [log] = await sql<{ entries: number }[]>`
    select count(*)::int as entries from document_log where document_id = ${id}`;
    const live = await app.services.documents.read(id, (one) => ({
      text: readMarkdown(one),
      version: one.version,
      clocks: new Map(clients.map((client) => [client, Y.getState(one.doc.store, client)])),
    }));
    return { ...live, ...log };
  })
  /** Builds the document from its log, as a restarted server does. */
  .extend(
    "rebuilt",
    ({ app }) =>
      (id: string) =>
        createDocumentStore(app.services.database).read(id, readMarkdown),
  );

test("accepts unusual updates that are readable from the log, and rejects others without changes", async ({
  owner,
  workspaceId,
  stateOf,
  push,
  rebuilt,
}) => {
  const seen = { taken: 0, refused: 0 };
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat({ max: 2 ** 31 }), { minLength: 8, maxLength: 12 }), async (seeds) => {
      const { id } = await owner.client.document.create({ workspaceId, title: "Odd", content: "👩‍🚀 text\n" });
      for (const seed of seeds) {
        const before = await stateOf(id);
        const [update = Uint8Array.of()] = fc.sample(createOddUpdate(before.clocks), { seed, numRuns: 1 });
        const reason = await catchReason(push(id, update));
        const after = await stateOf(id);
        if (reason === null) {
          seen.taken += 1;
          expect(after.version).toBe(before.version + 1);
          expect(await rebuilt(id)).toBe(after.text);
        } else {
          seen.refused += 1;
          expect(refusals).toContain(reason);
          expect(after).toEqual(before);
        }
      }
      expect(await rebuilt(id)).toBe((await stateOf(id)).text);
    }),
    { numRuns: 20 },
  );
  expect(seen.taken).toBeGreaterThan(0);
  expect(seen.refused).toBeGreaterThan(0);
});

/** Types like a person: some characters, some corrections, then somewhere else. */
function typeFor(doc: Y.Doc, edits: number): void {
  const text = getText(doc);
  let seed = 7;
  const random = (below: number) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7f_ff_ff_ff;
    return seed % below;
  };
  let at = 0;
  for (let n = 0; n < edits; n += 1) {
    if (random(60) === 0) at = random(text.length + 1);
    if (random(100) < 7 && at > 4) {
      for (let back = 0; back < 4; back += 1) text.delete((at -= 1), 1);
      n += 3;
    } else text.insert(at++, "etaoin srh"[random(10)] ?? " ");
  }
}

test.for([
  ["20,000 edits merged from single updates", 20_000],
  ["260,000 edits, about a research paper, as one update", 260_000],
] as const)("accepts offline edits: %s", async ([, edits], { owner, workspaceId, push, rebuilt }) => {
  const { id } = await owner.client.document.create({ workspaceId, title: "Long", content: "" });
  const doc = new Y.Doc();
  const updates: Uint8Array[] = [];
  if (edits <= 20_000) doc.on("update", (update: Uint8Array) => updates.push(update));
  typeFor(doc, edits);
  // Merged in chunks, because Yjs takes quadratic time in the number of updates merged at once.
  const pieces = Array.from({ length: Math.ceil(updates.length / 200) }, (_, n) =>
    Y.mergeUpdates(updates.slice(n * 200, (n + 1) * 200)),
  );
  await push(id, updates.length === 0 ? Y.encodeStateAsUpdate(doc) : Y.mergeUpdates(pieces));
  expect(await rebuilt(id)).toBe(getText(doc).toJSON());
});
