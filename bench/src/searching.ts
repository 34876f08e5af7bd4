import type { BenchEnvironment } from "./environment.ts";
import type { Measurement } from "./measurement.ts";
import { words } from "./seed-documents.ts";
import { openSocket } from "./socket.ts";
import { median, quantile, measureTime, type Times } from "./timing.ts";

/** Sequential calls of `document.search` over 10,000 documents. */
export async function* benchSearch(world: BenchEnvironment, effort: number): AsyncGenerator<Measurement> {
  await world.library();
  const { url, owner, workspaceId } = world;
  const socket = await openSocket(url, owner.token);
  for (const [name, query] of Object.entries(words)) {
    const search = () => socket.call("query", "document.search", { workspaceId, query });
    // The first calls on each connection load the caches.
    for (let n = 0; n < 25; n += 1) await search();
    const times: Times = [];
    for (let n = 0; n < 100 * effort; n += 1) await measureTime(times, search);
    yield {
      what: `a ${name} word, median`,
      value: median(times),
      unit: "ms",
      target: { atMost: 50 },
      note: `p99 ${quantile(times, 0.99).toFixed(0)} ms`,
    };
  }
  await socket.close();
}
