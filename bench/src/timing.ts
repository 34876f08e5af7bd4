import { once } from "node:events";
import { Agent, type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";

/** The milliseconds of each call, in order of completion. */
export type Times = number[];

export function computeQuantile(times: readonly number[], share: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
export const computeMedian = (times: readonly number[]) => computeQuantile(times, 0.5);

/** Adds the duration of `work` to `times`. */
export async function measureTime<T>(times: Times, work: () => Promise<T>): Promise<T> {
  const before = performance.now();
  const result = await work();
  times.push(performance.now() - before);
  return result;
}

/** Calls repeatedly for the given seconds, with `width` calls at a time. */
export async function load(width: number, seconds: number, call: (n: number) => Promise<unknown>) {
  const times: Times = [];
  const start = performance.now();
  const end = start + seconds * 1000;
  let count = 0;
  const worker = async () => {
    while (performance.now() < end) {
      const n = count++;
      await measureTime(times, () => call(n));
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  return { times, perSecond: times.length / ((performance.now() - start) / 1000) };
}

/** Calls `work` at a fixed rate. A late call is followed immediately by the next one. */
export async function runAtRate(perSecond: number, signal: AbortSignal, work: () => Promise<unknown>) {
  const start = performance.now();
  for (let n = 0; !signal.aborted; n += 1) {
    const left = start + (n * 1000) / perSecond - performance.now();
    if (left > 0) await delay(left);
    await work();
  }
}

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/** Sends a GET over a persistent connection. @throws Error if the status is not 200. */
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

/** Sends JSON over a persistent connection. @returns The response. @throws Error if the status is not 2xx. */
export async function send(
  method: string,
  url: string,
  body: object,
  headers: Record<string, string> = {},
): Promise<unknown> {
  const bytes = Buffer.from(JSON.stringify(body));
  const asJson = { "content-type": "application/json", "content-length": bytes.length };
  const sent = request(url, { agent, method, headers: { ...headers, ...asJson } }).end(bytes);
  const [response]: IncomingMessage[] = await once(sent, "response");
  if (response === undefined) throw new Error(`no response from ${url}`);
  const answer = await text(response);
  const { statusCode = 0 } = response;
  if (statusCode < 200 || statusCode > 299)
    throw new Error(`${statusCode} for ${url}: ${answer.slice(0, 200)}`);
  return JSON.parse(answer);
}
