import type * as Y from "yjs";

/** Checks or unchecks the task on a line, counted from 0. Does nothing if the rendered text has no checkbox there. */
export async function toggleTaskAt(ytext: Y.Text, line: number, done: boolean): Promise<void> {
  // Loaded on demand, because the page itself renders in a worker.
  const { readMarkdown } = await import("@mdreader/markdown");
  const task = readMarkdown(ytext.toJSON()).tasks.find((one) => one.line === line);
  if (task === undefined) return;
  ytext.doc?.transact(() => {
    ytext.delete(task.markOffset, 1);
    ytext.insert(task.markOffset, done ? "x" : " ");
  });
}
