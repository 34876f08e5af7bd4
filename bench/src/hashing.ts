import type { BenchEnvironment } from "./environment.ts";
import type { Measurement } from "./measurement.ts";
import { get, computeMedian, computeQuantile, measureTime, type Times } from "./timing.ts";

/** The latency of `/health` while 20 users sign in. */
export async function* benchHealth({ url }: BenchEnvironment): AsyncGenerator<Measurement> {
  const logIns = Array.from({ length: 20 }, (_, n) =>
    fetch(`${url}/trpc/auth.login`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      // Unknown accounts cost the same work, and each has its own rate limit.
      body: JSON.stringify({ email: `nobody-${n}@example.test`, password: "a password that is hashed" }),
    }),
  );
  const hashing = new AbortController();
  const start = performance.now();
  const done = Promise.all(logIns).finally(() => hashing.abort());
  const times: Times = [];
  while (!hashing.signal.aborted) await measureTime(times, () => get(`${url}/health`));
  await done;
  yield {
    what: "/health, median",
    value: computeMedian(times),
    unit: "ms",
    target: { atMost: 20 },
    note: `p99 ${computeQuantile(times, 0.99).toFixed(1)} ms; the sign-ins took ${((performance.now() - start) / 1000).toFixed(1)} s`,
  };
}
