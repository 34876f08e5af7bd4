import * as fc from "fast-check";
import { expect, it } from "vitest";
import * as Y from "yjs";

import { createYDoc, editText, getText } from "./document.ts";
import { diffText } from "./edits.ts";
import { encodeEdits } from "./encode-edits.ts";
import { validateUpdate } from "./validate-update.ts";

const pieces = fc.constantFrom("x", "word ", "\n", "é", "漢字", "👩‍🚀");
const texts = fc.array(pieces, { maxLength: 30 }).map((chosen) => chosen.join(""));

/** Creates a document from texts, each written by the next of a few clients. */
function createHistory(written: readonly string[]): Y.Doc {
  const doc = createYDoc();
  for (const [index, text] of written.entries()) {
    doc.clientID = 1 + (index % 3);
    editText(doc, diffText(getText(doc).toJSON(), text));
  }
  return doc;
}

it("encodes what editing the document would do, without changing it", () => {
  fc.assert(
    fc.property(
      fc.array(texts, { maxLength: 8 }),
      texts,
      fc.integer({ min: 1, max: 4 }),
      (written, after, clientId) => {
        const doc = createHistory(written);
        const before = Y.encodeStateAsUpdate(doc);
        const text = getText(doc).toJSON();
        const edits = diffText(text, after);
        const update = encodeEdits(doc, clientId, edits);
        expect(Y.encodeStateAsUpdate(doc)).toEqual(before);
        if (update === null) {
          expect(after).toBe(text);
          return;
        }

        const rules = { getClock: (id: number) => Y.getState(doc.store, id), isOwnClientId: () => true };
        expect(validateUpdate(update, rules)).toMatchObject({ ok: true, update });
        const applied = createYDoc([before, update]);
        expect(getText(applied).toJSON()).toBe(after);

        const edited = createYDoc([before]);
        edited.clientID = clientId;
        editText(edited, edits);
        expect(Y.encodeStateVector(applied)).toEqual(Y.encodeStateVector(edited));
        const [deleted, expected] = [applied, edited].map(({ store }) =>
          Y.createDeleteSetFromStructStore(store),
        );
        expect(deleted).toEqual(expected);
      },
    ),
    { numRuns: 500 },
  );
});

it("inserts beside deleted text where Yjs does", () => {
  const doc = createHistory(["one two three", "one three", "one 2 three"]);
  const edited = createYDoc([Y.encodeStateAsUpdate(doc)]);
  edited.clientID = 9;
  const updates: Uint8Array[] = [];
  edited.on("update", (update: Uint8Array) => updates.push(update));
  const edits = diffText("one 2 three", "one and 2, three!");
  editText(edited, edits);
  expect([encodeEdits(doc, 9, edits)]).toEqual(updates);
});
