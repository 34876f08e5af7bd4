import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as Y from "yjs";

import { createTextAnchor, toOffset, resolveAnchors, createQuote, mapRange } from "./anchor.ts";
import { createYDoc, editText, setText, getText } from "./document.ts";
import { diffText } from "./edits.ts";

const createDocWith = (content: string) => {
  const doc = new Y.Doc();
  setText(doc, content);
  return doc;
};

/** Anchors the first occurrence of a quote. The returned function reads the anchored text. */
function createPassage(doc: Y.Doc, quote: string) {
  const from = getText(doc).toJSON().indexOf(quote);
  const range = { from, to: from + quote.length };
  const anchor = { ...createTextAnchor(doc, range), ...createQuote(getText(doc).toJSON(), range, 100) };
  return (current: Y.Doc = doc) => {
    const [found] = resolveAnchors(current, [anchor]);
    return found ? getText(current).toJSON().slice(found.from, found.to) : null;
  };
}

describe("an anchored passage", () => {
  it("stays anchored through edits before, after and inside it", () => {
    const doc = createDocWith("The quick brown fox.");
    const passage = createPassage(doc, "quick brown");
    const text = getText(doc);
    text.insert(0, "Look! ");
    text.insert(text.length, " It jumps.");
    expect(passage()).toBe("quick brown");
    text.insert(10, "very ");
    text.insert(10 + 5 + "quick".length, " and dark");
    expect(passage()).toBe("quick and dark brown");
  });

  it("shrinks with deletions, and doesn't resolve after complete deletion", () => {
    const doc = createDocWith("The quick brown fox.");
    const passage = createPassage(doc, "quick brown");
    getText(doc).delete(4, 6);
    expect(passage()).toBe("brown");
    getText(doc).delete(4, 6);
    expect(passage()).toBeNull();
    getText(doc).insert(4, "slow ");
    expect(passage()).toBeNull();
  });

  it("is found again after an undo of its deletion", () => {
    const doc = createDocWith("The quick ");
    getText(doc).insert(10, "brown fox.");
    const passage = createPassage(doc, "quick brown");
    const undo = new Y.UndoManager(getText(doc), { trackedOrigins: new Set(["me"]) });
    doc.transact(() => getText(doc).delete(2, 15), "me");
    expect(passage()).toBeNull();
    undo.undo();
    expect(getText(doc).toJSON()).toBe("The quick brown fox.");
    expect(passage()).toBe("quick brown");
    // Other replicas don't know that the new characters replace the old ones.
    expect(passage(createYDoc([Y.encodeStateAsUpdate(doc)]))).toBe("quick brown");
  });

  it("is found again when an older text is restored", () => {
    const doc = createDocWith("One line.\nThe quick brown fox.\nAnother.\n");
    const passage = createPassage(doc, "quick brown");
    const before = getText(doc).toJSON();
    setText(doc, "One line.\nAnother.\n");
    expect(passage()).toBeNull();
    setText(doc, before);
    expect(passage()).toBe("quick brown");
  });

  it("is found again when its paragraph is moved", () => {
    const doc = createDocWith("First paragraph.\n\nThe quick brown fox jumps.\n\nLast paragraph.\n");
    const passage = createPassage(doc, "quick brown");
    const paragraph = "The quick brown fox jumps.\n\n";
    getText(doc).delete(18, paragraph.length);
    getText(doc).insert(0, paragraph);
    expect(passage()).toBe("quick brown");
  });

  it("does not match the same words elsewhere", () => {
    const doc = createDocWith("alpha beta alpha");
    const passage = createPassage(doc, "alpha");
    getText(doc).delete(0, 11);
    expect(getText(doc).toJSON()).toBe("alpha");
    expect(passage()).toBeNull();
  });

  it("does not resolve in a document that never contained it", () => {
    const passage = createPassage(createDocWith("some words"), "words");
    expect(passage(createDocWith("some words"))).toBeNull();
  });

  it("resolves to the same range as Yjs' relative positions after random edits", () => {
    const edits = fc.array(fc.tuple(fc.nat(60), fc.nat(8), fc.string({ maxLength: 5 })), { maxLength: 30 });
    fc.assert(
      fc.property(edits, fc.nat(10), fc.integer({ min: 1, max: 10 }), (changes, from, length) => {
        const doc = createDocWith("0123456789abcdefghij");
        const anchor = createTextAnchor(doc, { from, to: from + length });
        for (const [at, remove, insert] of changes) {
          const text = getText(doc);
          const offset = Math.min(at, text.length);
          text.delete(offset, Math.min(remove, text.length - offset));
          text.insert(offset, insert);
        }
        const copy = createYDoc([Y.encodeStateAsUpdate(doc)]);
        const begin = toOffset(copy, { item: anchor.first, assoc: 0 });
        const end = toOffset(copy, { item: anchor.last, assoc: -1 });
        const expected = begin !== null && end !== null && begin < end ? { from: begin, to: end } : null;
        // A quote that never occurs, so that the text search finds nothing.
        const [resolved] = resolveAnchors(copy, [{ ...anchor, quote: "\n never \n", before: "", after: "" }]);
        expect(resolved ?? null).toEqual(expected && { ...expected, anchor });
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
          // An anchor in a document, whose characters have ids, must agree.
          const doc = createDocWith(before);
          const anchor = createTextAnchor(doc, range);
          editText(doc, edits);
          const now = mapRange(edits, range);
          const remaining = edits.reduce(
            (left, { at, remove }) =>
              left - Math.max(0, Math.min(at + remove, range.to) - Math.max(at, range.from)),
            range.to - range.from,
          );
          if (remaining > 0) expect(now.to - now.from).toBeGreaterThanOrEqual(remaining);
          const [resolved] = resolveAnchors(doc, [
            { ...anchor, quote: "\n never \n", before: "", after: "" },
          ]);
          if (remaining === range.to - range.from) expect(resolved).toMatchObject(now);
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
  it("has no offset without a character or with a missing one", () => {
    const doc = createDocWith("text");
    expect(toOffset(doc, {})).toBeNull();
    expect(toOffset(doc, { item: { client: 1, clock: 0 } })).toBeNull();
    expect(toOffset(doc, { tname: "content", assoc: 0 })).toBe(4);
  });
});
