import { createClient } from "@mdreader/client";

import { median, quantile, report } from "./measure.ts";
import { words, type World } from "./world.ts";

/** `document.search` over 10,000 documents, one after the other. */
export async function benchSearch({ url, token, workspaceId }: World): Promise<void> {
  const client = createClient({ url, token });
  for (const [name, query] of Object.entries(words)) {
    const times: number[] = [];
    for (let n = 0; n < 120; n += 1) {
      const before = performance.now();
      await client.document.search.query({ workspaceId, query });
      // The first calls on each connection load what they need.
      if (n >= 20) times.push(performance.now() - before);
    }
    const p99 = `p99 ${quantile(times, 0.99).toFixed(0)} ms`;
    report(
      `document.search for a ${name} word, median`,
      "<= 50 ms",
      `${median(times).toFixed(1)} ms  (${p99})`,
    );
  }
  await client.close();
}
