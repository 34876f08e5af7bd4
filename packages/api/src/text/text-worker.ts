import { parentPort } from "node:worker_threads";

import { compareLines, merge } from "@mdreader/collab";

import type { TextTask } from "./text-work.ts";

/** Does one task after the other, in a thread of its own: see `text-work.ts`. */
parentPort?.on("message", ({ kind, texts }: TextTask) => {
  parentPort?.postMessage(kind === "merge" ? merge(...texts) : compareLines(...texts));
});
