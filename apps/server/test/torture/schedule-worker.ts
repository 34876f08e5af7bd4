/* oxlint-disable unicorn/require-post-message-target-origin -- Threads have no origin. */
import { on } from "node:events";
import { parentPort, workerData } from "node:worker_threads";

import { z } from "zod";

import { createPlan } from "../simulation/plan.ts";
import { createSimulator } from "../simulation/simulate.ts";

/** A thread that simulates schedules in its own database. It receives seeds and replies with the violations of each. */

/** The result of a schedule. */
export interface WorkerAnswer {
  seed: number;
  failures: string[];
}

/** The number of schedules per simulator. A new one frees the memory of killed servers. */
const schedulesPerSimulator = 500;

const { url } = z.object({ url: z.string() }).parse(workerData);
/** A seed; null if there are no more. */
const asked = z.tuple([z.int().nullable()]);

if (parentPort === null) throw new Error("This script must run in a worker thread.");
const questions = on(parentPort, "message");
let simulator = await createSimulator(url);
let served = 0;
for await (const question of questions) {
  const [seed] = asked.parse(question);
  if (seed === null) break;
  if (served++ === schedulesPerSimulator) {
    served = 1;
    await simulator[Symbol.asyncDispose]();
    simulator = await createSimulator(url);
  }
  const { failures } = await simulator.run(createPlan(seed));
  const answer: WorkerAnswer = { seed, failures };
  parentPort.postMessage(answer);
}
await simulator[Symbol.asyncDispose]();
