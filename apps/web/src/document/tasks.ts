import type * as Y from "yjs";

/**
 * Ticks the box of the task on a line of the text, counted from 0, or clears it. Does nothing where the rendered text has
 * no box.
 */
export async function toggleTaskAt(ytext: Y.Text, line: number, done: boolean): Promise<void> {
  // Loaded only here: the page itself renders in a worker.
  const { readMarkdown } = await import("@mdreader/markdown");
  const task = readMarkdown(ytext.toJSON()).tasks.find((one) => one.line === line);
  if (task === undefined) return;
  ytext.doc?.transact(() => {
    ytext.delete(task.markAt, 1);
    ytext.insert(task.markAt, done ? "x" : " ");
  });
}
