import { once } from "node:events";
import { Worker } from "node:worker_threads";

import { type LineDiff, diffLines, merge, type Merged } from "@mdreader/collab";
import { type MarkdownContents, readMarkdown } from "@mdreader/markdown";

import type { Ports } from "../context.ts";
import { AppError } from "../errors.ts";
import { createFairQueue } from "../util/fair-queue.ts";

/**
 * Merges, compares and reads texts. Long ones take up to seconds: that is done in threads of their own, a few at a time and
 * within limits, so that nobody else waits for it. The people for whom it is done take turns.
 *
 * Each @throws AppError UNAVAILABLE when it takes too long, or too much memory; RATE_LIMITED when too much waits for the
 * same person.
 */
export interface TextWorkers {
  merge(userId: string, base: string, mine: string, theirs: string): Promise<Merged>;
  compare(userId: string, before: string, after: string): Promise<LineDiff>;
  readMarkdown(userId: string, text: string): Promise<MarkdownContents>;
  /** Whether a merge of these is made at once: no thread is needed, and nobody waits. */
  isMergedAtOnce(base: string, mine: string, theirs: string): boolean;
  close(): Promise<void>;
}

/** What a thread is asked to do. */
export type TextTask =
  | { kind: "merge"; texts: [base: string, mine: string, theirs: string] }
  | { kind: "compare"; texts: [before: string, after: string] }
  | { kind: "read"; texts: [text: string] };

/** All texts of a task together, in UTF-16 units. What is longer is done in a thread. */
const maxInlineLength = 60_000;
/** The same for Markdown that is read, which takes longer. */
const maxInlineMarkdownLength = 10_000;
const maxThreads = 2;
/** How many tasks wait for a thread: each holds texts of megabytes. */
const maxWaiting = 100;
/** How many of them are one person's: a synchronized folder sends a few at a time. */
const maxWaitingPerPerson = 25;
const maxMemoryMb = 512;

interface TextWorkerLimits {
  maxTaskMs: number;
  /** How long a task waits for a thread: by then its call has been answered. */
  maxWaitMs: number;
}
const defaultLimits: TextWorkerLimits = { maxTaskMs: 10_000, maxWaitMs: 15_000 };

export function createTextWorkers(
  { log }: Pick<Ports, "log">,
  { maxTaskMs, maxWaitMs }: TextWorkerLimits = defaultLimits,
): TextWorkers {
  const inTurn = createFairQueue({
    concurrency: maxThreads,
    concurrencyPerOwner: maxThreads - 1,
    maxWaiting,
    maxWaitingPerOwner: maxWaitingPerPerson,
    maxWaitMs,
    retryAfterSeconds: 5,
  });
  const idle: Worker[] = [];
  const all = new Set<Worker>();

  function takeWorker(): Worker {
    const worker = idle.pop();
    if (worker !== undefined) return worker;
    const added = new Worker(new URL("text-worker.ts", import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: maxMemoryMb },
    });
    all.add(added);
    added.unref();
    // A thread may still fail when nobody waits for its answer: unheard, that would end the process.
    added.on("error", (error) => log.warn({ err: error }, "a thread for texts has failed"));
    added.on("exit", () => {
      all.delete(added);
      const index = idle.indexOf(added);
      if (index !== -1) idle.splice(index, 1);
    });
    return added;
  }

  async function runInThread(task: TextTask): Promise<unknown> {
    const worker = takeWorker();
    try {
      const answer = once(worker, "message", { signal: AbortSignal.timeout(maxTaskMs) });
      worker.postMessage(task);
      const [result]: unknown[] = await answer;
      idle.push(worker);
      return result;
    } catch (error) {
      all.delete(worker);
      await worker.terminate();
      log.error({ err: error, kind: task.kind }, "texts can't be merged, compared or read");
      throw new AppError("UNAVAILABLE", { cause: error });
    }
  }

  const run = (owner: string, task: TextTask) => inTurn({ owner }, () => runInThread(task));
  const isShort = (...texts: string[]) =>
    texts.reduce((sum, { length }) => sum + length, 0) <= maxInlineLength;

  // Where one side changed nothing, there is nothing to find out.
  const isMergedAtOnce = (base: string, mine: string, theirs: string) =>
    isShort(base, mine, theirs) || mine === base || mine === theirs;

  return {
    isMergedAtOnce,
    merge: async (userId, base, mine, theirs) =>
      isMergedAtOnce(base, mine, theirs)
        ? merge(base, mine, theirs)
        : ((await run(userId, { kind: "merge", texts: [base, mine, theirs] })) as Merged), // what `text-worker.ts` sends
    compare: async (userId, before, after) =>
      isShort(before, after)
        ? diffLines(before, after)
        : ((await run(userId, { kind: "compare", texts: [before, after] })) as LineDiff), // what `text-worker.ts` sends
    readMarkdown: async (userId, text) =>
      text.length <= maxInlineMarkdownLength
        ? readMarkdown(text)
        : ((await run(userId, { kind: "read", texts: [text] })) as MarkdownContents), // what `text-worker.ts` sends
    async close() {
      await Promise.all([...all].map((worker) => worker.terminate()));
      all.clear();
      idle.length = 0;
    },
  };
}
