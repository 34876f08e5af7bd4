import { makePlan } from "../simulation/plan.ts";
import { createSimulator } from "../simulation/simulate.ts";

export interface SchedulesOptions {
  /** A database with the schema and nothing in it. */
  url: string;
  /** The first seed, and how many are tried from there on. */
  seed: number;
  count: number;
  note(line: string): void;
}

/** What was tried. */
export interface SchedulesReport {
  schedules: number;
  /** Those that found something, by their seeds. */
  failed: number[];
}

/** How many schedules one connection to each server serves: what a killed server held in memory goes with it. */
const perSimulator = 500;

/** Simulates one schedule after the other, and tells what each has found. */
export async function schedules({ url, seed, count, note }: SchedulesOptions): Promise<SchedulesReport> {
  const failed: number[] = [];
  const end = seed + count;
  for (let first = seed; first < end; first += perSimulator) {
    await using simulator = await createSimulator(url);
    for (let next = first; next < Math.min(end, first + perSimulator); next += 1) {
      const { failures } = await simulator.run(makePlan(next));
      if (failures.length > 0) {
        failed.push(next);
        note(
          `schedule ${next} failed; \`pnpm torture schedules --count 1 --seed ${next} --trace\` replays it`,
        );
        for (const failure of failures) note(`  ${failure}`);
      }
    }
    note(`${Math.min(end, first + perSimulator) - seed} schedules`);
  }
  return { schedules: count, failed };
}

/** Tells one schedule from its beginning to its end. */
export async function traceSchedule({ url, seed, note }: SchedulesOptions): Promise<SchedulesReport> {
  await using simulator = await createSimulator(url);
  const { failures, trace } = await simulator.run(makePlan(seed), { traces: true });
  for (const line of [...trace, ...failures]) note(line);
  return { schedules: 1, failed: failures.length > 0 ? [seed] : [] };
}
