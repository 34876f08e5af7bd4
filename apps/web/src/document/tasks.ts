import type * as Y from "yjs";

const box = /^(\s*(?:>\s*)*(?:[-*+]|\d{1,9}[.)])[ \t]+\[)[ xX](?=\])/;

/** Ticks the box of the task on a line of the text, counted from 0, or clears it. Does nothing where there is none. */
export function toggleTaskAt(ytext: Y.Text, line: number, done: boolean): void {
  const lines = ytext.toJSON().split("\n");
  const found = box.exec(lines[line] ?? "");
  if (found === null) return;
  const at = lines.slice(0, line).reduce((sum, { length }) => sum + length + 1, 0) + found[0].length - 1;
  ytext.doc?.transact(() => {
    ytext.delete(at, 1);
    ytext.insert(at, done ? "x" : " ");
  });
}
