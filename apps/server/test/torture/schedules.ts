import { once } from "node:events";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";

import { createPlan } from "../simulation/plan.ts";
import { createSimulator } from "../simulation/simulate.ts";
import type { WorkerAnswer } from "./schedule-worker.ts";

export interface SchedulesOptions {
  /** An empty database with the schema for each thread. */
  urls: readonly string[];
  /** The first seed. The following seeds are consecutive. */
  seed: number;
  count: number;
  note(line: string): void;
}

/** The result of all schedules. */
export interface SchedulesReport {
  schedules: number;
  /** The seeds of failed schedules. */
  failed: number[];
}

/** The default number of threads. It exceeds the number of processors, since each thread waits for Postgres half of the time. */
export const getDefaultWorkers = () => availableParallelism() + 1;

const schedulesPerReport = 500;

/** Simulates schedules in parallel and reports violations. */
export async function runSchedules({ urls, seed, count, note }: SchedulesOptions): Promise<SchedulesReport> {
  const failed: number[] = [];
  let done = 0;
  let next = seed;
  const record = ({ seed: tried, failures }: WorkerAnswer) => {
    done += 1;
    if (done % schedulesPerReport === 0) note(`${done} schedules`);
    if (failures.length === 0) return;
    failed.push(tried);
    note(`schedule ${tried} failed; \`pnpm torture schedules --count 1 --seed ${tried} --trace\` replays it`);
    for (const failure of failures) note(`  ${failure}`);
  };
  const work = async (url: string) => {
    const worker = new Worker(new URL("schedule-worker.ts", import.meta.url), { workerData: { url } });
    const ended = once(worker, "exit");
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- Threads have no origin.
    const ask = () => worker.postMessage(next < seed + count ? next++ : null);
    worker.on("message", (answer: WorkerAnswer) => {
      record(answer);
      ask();
    });
    ask();
    await ended;
  };
  await Promise.all(urls.slice(0, count).map(work));
  return { schedules: done, failed: failed.toSorted((a, b) => a - b) };
}

/** Traces one schedule from start to end. */
export async function traceSchedule({ urls, seed, note }: SchedulesOptions): Promise<SchedulesReport> {
  const [url] = urls;
  if (url === undefined) throw new Error("At least one database is required.");
  await using simulator = await createSimulator(url);
  const { failures, trace } = await simulator.run(createPlan(seed), { traces: true });
  for (const line of [...trace, ...failures]) note(line);
  return { schedules: 1, failed: failures.length > 0 ? [seed] : [] };
}
