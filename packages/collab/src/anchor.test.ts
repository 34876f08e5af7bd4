import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as Y from "yjs";

import { createTextAnchor, toOffset, resolveAnchors, createQuote, mapRange } from "./anchor.ts";
import { createYDoc, editText, setText, getText } from "./document.ts";
import { diffText } from "./edits.ts";

const aDoc = (content: string) => {
  const doc = new Y.Doc();
  setText(doc, content);
  return doc;
};

/** Anchors the first occurrence of some words, and tells what they are whenever it is asked. */
function anchored(doc: Y.Doc, quote: string) {
  const from = getText(doc).toJSON().indexOf(quote);
  const range = { from, to: from + quote.length };
  const anchor = { ...createTextAnchor(doc, range), ...createQuote(getText(doc).toJSON(), range, 100) };
  return (now: Y.Doc = doc) => {
    const [found] = resolveAnchors(now, [anchor]);
    return found ? getText(now).toJSON().slice(found.from, found.to) : null;
  };
}

describe("anchored words", () => {
  it("stay the same while others write before, after and inside them", () => {
    const doc = aDoc("The quick brown fox.");
    const words = anchored(doc, "quick brown");
    const text = getText(doc);
    text.insert(0, "Look! ");
    text.insert(text.length, " It jumps.");
    expect(words()).toBe("quick brown");
    text.insert(10, "very ");
    text.insert(10 + 5 + "quick".length, " and dark");
    expect(words()).toBe("quick and dark brown");
  });

  it("shrink with what is removed of them, and are gone when all of them is", () => {
    const doc = aDoc("The quick brown fox.");
    const words = anchored(doc, "quick brown");
    getText(doc).delete(4, 6);
    expect(words()).toBe("brown");
    getText(doc).delete(4, 6);
    expect(words()).toBeNull();
    getText(doc).insert(4, "slow ");
    expect(words()).toBeNull();
  });

  it("are found again when a removal is taken back", () => {
    const doc = aDoc("The quick ");
    getText(doc).insert(10, "brown fox.");
    const words = anchored(doc, "quick brown");
    const undo = new Y.UndoManager(getText(doc), { trackedOrigins: new Set(["me"]) });
    doc.transact(() => getText(doc).delete(2, 15), "me");
    expect(words()).toBeNull();
    undo.undo();
    expect(getText(doc).toJSON()).toBe("The quick brown fox.");
    expect(words()).toBe("quick brown");
    // Another copy does not know that the new characters stand for the old ones.
    expect(words(createYDoc([Y.encodeStateAsUpdate(doc)]))).toBe("quick brown");
  });

  it("are found again when an older text is put back", () => {
    const doc = aDoc("One line.\nThe quick brown fox.\nAnother.\n");
    const words = anchored(doc, "quick brown");
    const before = getText(doc).toJSON();
    setText(doc, "One line.\nAnother.\n");
    expect(words()).toBeNull();
    setText(doc, before);
    expect(words()).toBe("quick brown");
  });

  it("are found again where their paragraph was moved to", () => {
    const doc = aDoc("First paragraph.\n\nThe quick brown fox jumps.\n\nLast paragraph.\n");
    const words = anchored(doc, "quick brown");
    const paragraph = "The quick brown fox jumps.\n\n";
    getText(doc).delete(18, paragraph.length);
    getText(doc).insert(0, paragraph);
    expect(words()).toBe("quick brown");
  });

  it("are not taken for the same words elsewhere", () => {
    const doc = aDoc("alpha beta alpha");
    const words = anchored(doc, "alpha");
    getText(doc).delete(0, 11);
    expect(getText(doc).toJSON()).toBe("alpha");
    expect(words()).toBeNull();
  });

  it("are nowhere in a document that never had them", () => {
    const words = anchored(aDoc("some words"), "words");
    expect(words(aDoc("some words"))).toBeNull();
  });

  it("stand where Yjs itself finds their ends, whatever is edited", () => {
    const edits = fc.array(fc.tuple(fc.nat(60), fc.nat(8), fc.string({ maxLength: 5 })), { maxLength: 30 });
    fc.assert(
      fc.property(edits, fc.nat(10), fc.integer({ min: 1, max: 10 }), (changes, from, length) => {
        const doc = aDoc("0123456789abcdefghij");
        const anchor = createTextAnchor(doc, { from, to: from + length });
        for (const [at, remove, insert] of changes) {
          const text = getText(doc);
          const place = Math.min(at, text.length);
          text.delete(place, Math.min(remove, text.length - place));
          text.insert(place, insert);
        }
        const copy = createYDoc([Y.encodeStateAsUpdate(doc)]);
        const begin = toOffset(copy, { item: anchor.first, assoc: 0 });
        const end = toOffset(copy, { item: anchor.last, assoc: -1 });
        const expected = begin !== null && end !== null && begin < end ? { from: begin, to: end } : null;
        // A quote that no text holds, so that nothing is found by it.
        const [placed] = resolveAnchors(copy, [{ ...anchor, quote: "\n never \n", before: "", after: "" }]);
        expect(placed ?? null).toEqual(expected && { ...expected, anchor });
      }),
    );
  });
});

describe("a range after edits", () => {
  it("holds what is left of its characters, and nothing from beside them", () => {
    const texts = fc.string({ unit: fc.constantFrom("a", "b", "c", " ", "\n"), minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(
        texts,
        texts,
        fc.nat(29),
        fc.integer({ min: 1, max: 10 }),
        (before, after, start, length) => {
          const from = Math.min(start, before.length - 1);
          const range = { from, to: Math.min(from + length, before.length) };
          const edits = diffText(before, after);
          // The same in a document, whose characters have names.
          const doc = aDoc(before);
          const anchor = createTextAnchor(doc, range);
          editText(doc, edits);
          const now = mapRange(edits, range);
          const kept = edits.reduce(
            (left, { at, remove }) =>
              left - Math.max(0, Math.min(at + remove, range.to) - Math.max(at, range.from)),
            range.to - range.from,
          );
          if (kept > 0) expect(now.to - now.from).toBeGreaterThanOrEqual(kept);
          const [placed] = resolveAnchors(doc, [{ ...anchor, quote: "\n never \n", before: "", after: "" }]);
          if (kept === range.to - range.from) expect(placed).toMatchObject(now);
        },
      ),
    );
  });

  it("is empty when its words are gone", () => {
    const { from, to } = mapRange(diffText("some old words", "some words"), { from: 5, to: 9 });
    expect(from).toBeGreaterThanOrEqual(to);
  });
});

describe("a relative position", () => {
  it("of nothing, or of a character that is not there, has no offset", () => {
    const doc = aDoc("text");
    expect(toOffset(doc, {})).toBeNull();
    expect(toOffset(doc, { item: { client: 1, clock: 0 } })).toBeNull();
    expect(toOffset(doc, { tname: "content", assoc: 0 })).toBe(4);
  });
});
