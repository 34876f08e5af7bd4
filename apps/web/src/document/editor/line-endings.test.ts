import { ChangeSet, Text } from "@codemirror/state";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { LineEndings, type TextEdit } from "./line-endings.ts";

const piece = fc.constantFrom("a", "b", " ", "\n", "\r\n", "\r", "\n\n", "\r\r\n", "- c", "\n\r");
const text = fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join(""));
const span = fc.tuple(fc.nat(30), fc.nat(6));

const toEditorText = (raw: string) => raw.replaceAll(/\r\n?|\n/g, "\n");
const createDoc = (raw: string) => Text.of(toEditorText(raw).split("\n"));
const readText = (doc: Text, endings: LineEndings) => endings.slice(doc, 0, doc.length);

function applyEdits(raw: string, edits: readonly TextEdit[]): string {
  let result = raw;
  for (const { index, remove, insert } of edits.toReversed())
    result = result.slice(0, index) + insert + result.slice(index + remove);
  return result;
}

describe("LineEndings", () => {
  it("preserves every byte of an unedited text", () => {
    fc.assert(
      fc.property(text, (raw) => {
        expect(readText(createDoc(raw), LineEndings.of(raw))).toBe(raw);
      }),
      { numRuns: 2_000 },
    );
  });

  it("applies remote edits, also between CR and LF", () => {
    fc.assert(
      fc.property(text, fc.array(fc.tuple(span, text), { minLength: 1, maxLength: 3 }), (raw, changes) => {
        const edits: TextEdit[] = [];
        let free = 0;
        for (const [[gap, length], insert] of changes) {
          const index = free + (gap % (raw.length - free + 1));
          const remove = Math.min(length, raw.length - index);
          edits.push({ index, remove, insert });
          free = index + remove + 1;
          if (free > raw.length) break;
        }
        const doc = createDoc(raw);
        const { changes: viewed, endings } = LineEndings.of(raw).fromTextEdits(doc, edits);
        const after = ChangeSet.of(viewed, doc.length).apply(doc);
        const now = applyEdits(raw, edits);
        expect(after.toString()).toBe(toEditorText(now));
        expect(readText(after, endings)).toBe(now);
      }),
      { numRuns: 20_000 },
    );
  });

  it("applies exactly the editor's changes to the text", () => {
    fc.assert(
      fc.property(text, fc.array(fc.tuple(span, text), { minLength: 1, maxLength: 3 }), (raw, changes) => {
        const doc = createDoc(raw);
        const specs: { from: number; to: number; insert: string }[] = [];
        let free = 0;
        for (const [[gap, length], insert] of changes) {
          const from = free + (gap % (doc.length - free + 1));
          const to = Math.min(doc.length, from + length);
          specs.push({ from, to, insert: toEditorText(insert) });
          free = to + 1;
          if (free > doc.length) break;
        }
        const change = ChangeSet.of(specs, doc.length);
        const after = change.apply(doc);
        const before = LineEndings.of(raw);
        const endings = before.afterEdit(doc, change, after);
        const now = applyEdits(raw, before.toTextEdits(doc, change, after, endings));
        expect(toEditorText(now)).toBe(after.toString());
        expect(readText(after, endings)).toBe(now);
      }),
      { numRuns: 20_000 },
    );
  });

  it("converts positions in both directions", () => {
    fc.assert(
      fc.property(text, fc.nat(40), (raw, at) => {
        const [doc, endings] = [createDoc(raw), LineEndings.of(raw)];
        const position = at % (doc.length + 1);
        const index = endings.toIndex(doc, position);
        expect(toEditorText(raw.slice(0, index))).toBe(doc.sliceString(0, position));
        expect(endings.toPosition(doc, index)).toBe(position);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ["a\nb\n", "\n"],
    ["a\r\nb\r\nc\n", "\r\n"],
    ["a\rb\r", "\r"],
    ["no line ending", "\n"],
  ])("uses the most common ending of %j for new lines", (raw, ending) => {
    expect(LineEndings.of(raw).preferred).toBe(ending);
  });
});
