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

/** Anchors the first occurrence of some words. The returned function resolves the anchor. */
function anchored(doc: Y.Doc, quote: string) {
  const from = getText(doc).toJSON().indexOf(quote);
  const range = { from, to: from + quote.length };
  const anchor = { ...createTextAnchor(doc, range), ...createQuote(getText(doc).toJSON(), range, 100) };
  return (now: Y.Doc = doc) => {
    const [found] = resolveAnchors(now, [anchor]);
    return found ? getText(now).toJSON().slice(found.from, found.to) : null;
  };
}

describe("an anchored passage", () => {
  it("stays anchored through edits before, after and inside it", () => {
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

  it("shrinks with deletions, and is gone when it is deleted completely", () => {
    const doc = aDoc("The quick brown fox.");
    const words = anchored(doc, "quick brown");
    getText(doc).delete(4, 6);
    expect(words()).toBe("brown");
    getText(doc).delete(4, 6);
    expect(words()).toBeNull();
    getText(doc).insert(4, "slow ");
    expect(words()).toBeNull();
  });

  it("is found again after an undo of its deletion", () => {
    const doc = aDoc("The quick ");
    getText(doc).insert(10, "brown fox.");
    const words = anchored(doc, "quick brown");
    const undo = new Y.UndoManager(getText(doc), { trackedOrigins: new Set(["me"]) });
    doc.transact(() => getText(doc).delete(2, 15), "me");
    expect(words()).toBeNull();
    undo.undo();
    expect(getText(doc).toJSON()).toBe("The quick brown fox.");
    expect(words()).toBe("quick brown");
    // Other replicas do not know that the new characters replace the old ones.
    expect(words(createYDoc([Y.encodeStateAsUpdate(doc)]))).toBe("quick brown");
  });

  it("is found again when an older text is restored", () => {
    const doc = aDoc("One line.\nThe quick brown fox.\nAnother.\n");
    const words = anchored(doc, "quick brown");
    const before = getText(doc).toJSON();
    setText(doc, "One line.\nAnother.\n");
    expect(words()).toBeNull();
    setText(doc, before);
    expect(words()).toBe("quick brown");
  });

  it("is found again when its paragraph is moved", () => {
    const doc = aDoc("First paragraph.\n\nThe quick brown fox jumps.\n\nLast paragraph.\n");
    const words = anchored(doc, "quick brown");
    const paragraph = "The quick brown fox jumps.\n\n";
    getText(doc).delete(18, paragraph.length);
    getText(doc).insert(0, paragraph);
    expect(words()).toBe("quick brown");
  });

  it("does not match the same words elsewhere", () => {
    const doc = aDoc("alpha beta alpha");
    const words = anchored(doc, "alpha");
    getText(doc).delete(0, 11);
    expect(getText(doc).toJSON()).toBe("alpha");
    expect(words()).toBeNull();
  });

  it("does not resolve in a document that never contained it", () => {
    const words = anchored(aDoc("some words"), "words");
    expect(words(aDoc("some words"))).toBeNull();
  });

  it("resolves to the same range as Yjs' relative positions after random edits", () => {
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
        // A quote that never occurs, so that the text search finds nothing.
        const [placed] = resolveAnchors(copy, [{ ...anchor, quote: "\n never \n", before: "", after: "" }]);
        expect(placed ?? null).toEqual(expected && { ...expected, anchor });
      }),
    );
  });
});

describe("a range after edits", () => {
  it("contains its remaining characters and none from outside", () => {
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
          // The same in a document, whose characters have ids.
          const doc = aDoc(before);
          const anchor = createTextAnchor(doc, range);
          editText(doc, edits);
          const now = mapRange(edits, range);
          const remaining = edits.reduce(
            (left, { at, remove }) =>
              left - Math.max(0, Math.min(at + remove, range.to) - Math.max(at, range.from)),
            range.to - range.from,
          );
          if (remaining > 0) expect(now.to - now.from).toBeGreaterThanOrEqual(remaining);
          const [placed] = resolveAnchors(doc, [{ ...anchor, quote: "\n never \n", before: "", after: "" }]);
          if (remaining === range.to - range.from) expect(placed).toMatchObject(now);
        },
      ),
    );
  });

  it("is empty when its text is deleted", () => {
    const { from, to } = mapRange(diffText("some old words", "some words"), { from: 5, to: 9 });
    expect(from).toBeGreaterThanOrEqual(to);
  });
});

describe("a relative position", () => {
  it("without a character, or with a missing one, has no offset", () => {
    const doc = aDoc("text");
    expect(toOffset(doc, {})).toBeNull();
    expect(toOffset(doc, { item: { client: 1, clock: 0 } })).toBeNull();
    expect(toOffset(doc, { tname: "content", assoc: 0 })).toBe(4);
  });
});
