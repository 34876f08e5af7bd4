import { lineStarts } from "@mdreader/client";
import type * as Y from "yjs";

const box = /^(\s*(?:>\s*)*(?:[-*+]|\d{1,9}[.)])[ \t]+\[)[ xX](?=\])/;

/** Ticks the box of the task on a line of the text, counted from 0, or clears it. Does nothing where there is none. */
export function toggleTaskAt(ytext: Y.Text, line: number, done: boolean): void {
  const text = ytext.toJSON();
  const starts = lineStarts(text);
  const start = starts[line] ?? text.length;
  const found = box.exec(text.slice(start, starts[line + 1]));
  if (found === null) return;
  const at = start + found[0].length - 1;
  ytext.doc?.transact(() => {
    ytext.delete(at, 1);
    ytext.insert(at, done ? "x" : " ");
  });
}
