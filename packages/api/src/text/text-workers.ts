import { once } from "node:events";
import { Worker } from "node:worker_threads";

import { type LineDiff, diffLines, merge, type Merged } from "@mdreader/collab";
import { type MarkdownContents, readMarkdown } from "@mdreader/markdown";
import type { PageOptions, PagePart } from "@mdreader/markdown/render";

import { AppError } from "../errors.ts";
import type { Ports } from "../ports.ts";
import { createFairQueue } from "../util/fair-queue.ts";

/**
 * Merges, compares, reads and renders texts. Long texts take up to seconds, so they are processed in a few worker threads with
 * limits on time and memory, without blocking other requests. Users take turns.
 *
 * Each method @throws AppError UNAVAILABLE when the task needs too much time or memory, and RATE_LIMITED when too many
 * tasks of the same user are waiting.
 */
export interface TextWorkers {
  merge(userId: string, base: string, mine: string, theirs: string): Promise<Merged>;
  compare(userId: string, before: string, after: string): Promise<LineDiff>;
  readMarkdown(userId: string, text: string): Promise<MarkdownContents>;
  /** Renders a text for a page, always in a thread. Null if it does not have the section. */
  renderPage(userId: string, text: string, options?: PageOptions): Promise<PagePart[] | null>;
  /** Whether this merge runs inline, without a thread or a queue. */
  isMergedInline(base: string, mine: string, theirs: string): boolean;
  close(): Promise<void>;
}

/** A task for a worker thread. */
export type TextTask =
  | { kind: "merge"; texts: [base: string, mine: string, theirs: string] }
  | { kind: "compare"; texts: [before: string, after: string] }
  | { kind: "read"; texts: [text: string] }
  | { kind: "render"; texts: [text: string]; options: PageOptions };

/** Maximum total length of a task's texts that runs inline, in UTF-16 units. Longer ones run in a thread. */
const maxInlineLength = 60_000;
/** The same limit for reading Markdown, which is slower. */
const maxInlineMarkdownLength = 10_000;
const maxThreads = 2;
/** Maximum number of tasks waiting for a thread. Each holds megabytes of text. */
const maxWaiting = 100;
/** Maximum per user. A synchronized folder sends a few at a time. */
const maxWaitingPerOwner = 25;
const maxMemoryMb = 512;
/** Maximum time in which a thread starts, in milliseconds. It is not part of the time of its first task. */
const maxStartMs = 60_000;

interface TextWorkerLimits {
  maxTaskMs: number;
  /** Maximum time that a task waits for a thread. Its call has timed out by then. */
  maxWaitMs: number;
}
const defaultLimits: TextWorkerLimits = { maxTaskMs: 10_000, maxWaitMs: 15_000 };

export function createTextWorkers(
  { log }: Pick<Ports, "log">,
  { maxTaskMs, maxWaitMs }: TextWorkerLimits = defaultLimits,
): TextWorkers {
  const enqueue = createFairQueue({
    concurrency: maxThreads,
    concurrencyPerOwner: maxThreads - 1,
    maxWaiting,
    maxWaitingPerOwner,
    maxWaitMs,
    retryAfterSeconds: 5,
  });
  const idle: Worker[] = [];
  const all = new Set<Worker>();

  function startWorker(): Worker {
    const added = new Worker(new URL("text-worker.ts", import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: maxMemoryMb },
    });
    all.add(added);
    added.unref();
    // A thread may fail while no task is running. Without a listener, that would end the process.
    added.on("error", (error) => log.warn({ err: error }, "a text worker thread failed"));
    added.on("exit", () => {
      all.delete(added);
      const index = idle.indexOf(added);
      if (index !== -1) idle.splice(index, 1);
    });
    return added;
  }

  async function runInThread(task: TextTask): Promise<unknown> {
    const started = idle.pop();
    const worker = started ?? startWorker();
    try {
      if (started === undefined) await once(worker, "message", { signal: AbortSignal.timeout(maxStartMs) });
      const response = once(worker, "message", { signal: AbortSignal.timeout(maxTaskMs) });
      worker.postMessage(task);
      const [result]: unknown[] = await response;
      idle.push(worker);
      return result;
    } catch (error) {
      all.delete(worker);
      await worker.terminate();
      log.error({ err: error, kind: task.kind }, "texts couldn't be merged, compared, read or rendered");
      throw new AppError("UNAVAILABLE", { cause: error });
    }
  }

  const run = (owner: string, task: TextTask) => enqueue({ owner }, () => runInThread(task));
  const isShort = (...texts: string[]) =>
    texts.reduce((sum, { length }) => sum + length, 0) <= maxInlineLength;

  // If one side is unchanged, there is nothing to merge.
  const isMergedInline = (base: string, mine: string, theirs: string) =>
    isShort(base, mine, theirs) || mine === base || mine === theirs;

  return {
    isMergedInline,
    merge: async (userId, base, mine, theirs) =>
      isMergedInline(base, mine, theirs)
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
    renderPage: async (userId, text, options = {}) =>
      (await run(userId, { kind: "render", texts: [text], options })) as PagePart[] | null, // what `text-worker.ts` sends
    async close() {
      await Promise.all([...all].map((worker) => worker.terminate()));
      all.clear();
      idle.length = 0;
    },
  };
}
