import { get, median, quantile, report } from "./measure.ts";
import type { World } from "./world.ts";

/** Whether `/health` answers while 20 people log in. */
export async function benchHealth({ url }: World): Promise<void> {
  const logIns = Array.from({ length: 20 }, (_, n) =>
    fetch(`${url}/trpc/auth.login`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      // Nobody of that name: the same work, counted for as many people.
      body: JSON.stringify({ email: `nobody-${n}@example.test`, password: "a password that is hashed" }),
    }),
  );
  const hashing = new AbortController();
  const done = Promise.all(logIns).finally(() => hashing.abort());
  const times: number[] = [];
  while (!hashing.signal.aborted) {
    const before = performance.now();
    await get(`${url}/health`);
    times.push(performance.now() - before);
  }
  await done;
  const p99 = `p99 ${quantile(times, 0.99).toFixed(1)} ms`;
  report("/health while 20 log-ins hash, median", "<= 20 ms", `${median(times).toFixed(1)} ms  (${p99})`);
}
