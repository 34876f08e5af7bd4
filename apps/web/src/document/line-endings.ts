import { anyLineEnding, findPreferredLineEnding } from "@mdreader/client";
import type * as Y from "yjs";

/** Whether the lines of a text end in different ways. */
export function hasMixedLineEndings(text: string): boolean {
  if (!text.includes("\r")) return false;
  const preferred = findPreferredLineEnding(text);
  return Array.from(text.matchAll(anyLineEnding)).some(([ending]) => ending !== preferred);
}

/** Gives all lines of a text the ending that most of them have. It can be undone like any edit. */
export function normalizeLineEndings(ytext: Y.Text): void {
  const text = ytext.toJSON();
  const preferred = findPreferredLineEnding(text);
  ytext.doc?.transact(() => {
    // From the end, so that the indexes before stay right.
    for (const { 0: ending, index } of [...text.matchAll(anyLineEnding)].toReversed()) {
      if (ending === preferred) continue;
      ytext.delete(index, ending.length);
      ytext.insert(index, preferred);
    }
  });
}
