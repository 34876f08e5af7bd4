import { parentPort } from "node:worker_threads";

import { diffLines, merge } from "@mdreader/collab";
import { readMarkdown } from "@mdreader/markdown";
import { renderPage } from "@mdreader/markdown/render";

import type { TextTask } from "./text-workers.ts";

/** Runs one task at a time in a worker thread: see `text-workers.ts`. */
parentPort?.on("message", (task: TextTask) => void respond(task));

// Ready for the first task.
parentPort?.postMessage(null);

/** An error ends the thread. */
async function respond(task: TextTask): Promise<void> {
  parentPort?.postMessage(await run(task));
}

function run(task: TextTask) {
  switch (task.kind) {
    case "merge":
      return merge(...task.texts);
    case "compare":
      return diffLines(...task.texts);
    case "read":
      return readMarkdown(...task.texts);
    case "render":
      return renderPage(...task.texts, task.options);
  }
}
