import { Agent, request } from "node:http";

/** Milliseconds of each call, in the order of their ends. */
export type Times = number[];

export function quantile(times: Times, share: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
export const median = (times: Times) => quantile(times, 0.5);

/** Calls again and again, `width` at a time, for so many seconds. */
export async function load(width: number, seconds: number, call: (n: number) => Promise<void>) {
  const times: Times = [];
  const start = performance.now();
  const end = start + seconds * 1000;
  let count = 0;
  const worker = async () => {
    while (performance.now() < end) {
      const before = performance.now();
      await call(count++);
      times.push(performance.now() - before);
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  return { times, perSecond: times.length / ((performance.now() - start) / 1000) };
}

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/** A GET over a connection that stays open. @throws Error when the answer is not 200. */
export function get(url: string, headers: Record<string, string> = {}): Promise<void> {
  return new Promise((resolve, reject) => {
    request(url, { agent, headers }, (response) => {
      response.resume();
      response.on("end", () =>
        response.statusCode === 200 ? resolve() : reject(new Error(`${response.statusCode} for ${url}`)),
      );
    })
      .on("error", reject)
      .end();
  });
}

/** A line of the result: what was asked for, and what came out. */
export function report(what: string, asked: string, measured: string): void {
  console.log(`${what.padEnd(58)} ${asked.padEnd(14)} ${measured}`);
}
