import type { Child } from "./child.ts";
import type { BenchEnvironment } from "./environment.ts";
import { load, computeMedian, type Times } from "./timing.ts";

/** The cost of calls: calls per second, and microseconds of processor time per call. */
export interface Cost {
  perSecond: number;
  times: Times;
  server: number;
  postgres: number;
}

/** A way to make calls, and the server that answers them. */
export interface CallWay {
  server: Child;
  call(n: number): Promise<unknown>;
}

/** Measures ways to make calls, alternately, so that they have the same share of a noisy machine. */
export async function measureCosts<Name extends string>(
  { postgresCpu }: Pick<BenchEnvironment, "postgresCpu">,
  ways: Record<Name, CallWay>,
  { width, rounds, seconds }: { width: number; rounds: number; seconds: number },
): Promise<Record<Name, Cost>> {
  const names = Object.keys(ways) as Name[]; // the keys of this record
  const sums = Object.fromEntries(
    names.map((name) => [name, { perSecond: 0, times: [], server: 0, postgres: 0 }]),
  ) as unknown as Record<Name, Cost>; // one for each name
  for (const name of names) await load(width, 1, ways[name].call);
  for (let round = 0; round < rounds; round += 1) {
    for (const name of names) {
      const { server, call } = ways[name];
      const before = { server: (await server.usage()).cpu, postgres: await postgresCpu() };
      const { perSecond, times } = await load(width, seconds, call);
      const sum = sums[name];
      sum.perSecond += perSecond / rounds;
      sum.server += (await server.usage()).cpu - before.server;
      sum.postgres += (await postgresCpu()) - before.postgres;
      sum.times.push(...times);
    }
  }
  for (const sum of Object.values<Cost>(sums)) {
    sum.server /= sum.times.length;
    sum.postgres /= sum.times.length;
  }
  return sums;
}

/** Describes a cost in the note of a measurement. */
export function describeCost({ perSecond, times, server, postgres }: Cost): string {
  const cpu = `${(server / 1000).toFixed(2)} + ${(postgres / 1000).toFixed(2)} ms of CPU per call`;
  return `${perSecond.toFixed(0)}/s; ${cpu}; median ${computeMedian(times).toFixed(1)} ms`;
}
