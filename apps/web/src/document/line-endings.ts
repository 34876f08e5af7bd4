import { anyLineEnding, findPreferredLineEnding } from "@mdreader/client";
import type * as Y from "yjs";

/** Whether a text mixes line endings. */
export function hasMixedLineEndings(text: string): boolean {
  if (!text.includes("\r")) return false;
  const preferred = findPreferredLineEnding(text);
  return Array.from(text.matchAll(anyLineEnding)).some(([ending]) => ending !== preferred);
}

/** Changes all line endings to the most common one. Undoable like any edit. */
export function normalizeLineEndings(ytext: Y.Text): void {
  const text = ytext.toJSON();
  const preferred = findPreferredLineEnding(text);
  ytext.doc?.transact(() => {
    // From the end, so that earlier indexes stay valid.
    for (const { 0: ending, index } of [...text.matchAll(anyLineEnding)].toReversed()) {
      if (ending === preferred) continue;
      ytext.delete(index, ending.length);
      ytext.insert(index, preferred);
    }
  });
}
