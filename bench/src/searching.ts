import { startChild } from "./child.ts";
import { describeCost, measureCosts } from "./cost.ts";
import type { BenchEnvironment } from "./environment.ts";
import type { Measurement } from "./measurement.ts";
import { words } from "./seed-documents.ts";
import { openSocket } from "./socket.ts";
import { get } from "./timing.ts";

/** People who search, since each may search 100 times a second. */
const people = 16;

/** The function that a search calls. The baseline calls it with a query of one word and no access check. */
const statement = `
  select * from search_documents($1, $2, '{}', array['%' || $2 || '%'], '{}', $2, 2147483647,
    'ffffffff-ffff-ffff-ffff-ffffffffffff', null, 21, true)`;

/** Compares `document.search` for a common and a rare word with the baseline, alternately. */
export async function* benchSearch(world: BenchEnvironment, effort: number): AsyncGenerator<Measurement> {
  await world.library();
  const { url, workspaceId, databaseUrl, server } = world;
  const editors = await world.editors(people);
  const opened = await Promise.all(editors.map(({ token }) => openSocket(url, token)));
  for (const [name, atLeast] of [["common", 520] as const, ["rare", 600] as const]) {
    const query = words[name];
    const bare = await startChild("baseline-statement.ts", {
      DATABASE_URL: databaseUrl,
      STATEMENT: statement,
      PARAMETERS: JSON.stringify([workspaceId, query]),
    });
    const ways = {
      limit: { server: bare, call: () => get(bare.url) },
      search: {
        server,
        call: async (n: number) =>
          opened[n % people]?.call("query", "document.search", { workspaceId, query }),
      },
    };
    const { limit, search } = await measureCosts(world, ways, { width: 32, rounds: 3, seconds: 4 * effort });
    await bare.stop();
    const what = `a ${name} word`;
    yield {
      what: `${what}, relative to node:http and the driver`,
      value: search.perSecond / limit.perSecond,
      unit: "×",
      note: `${describeCost(search)}; the baseline: ${describeCost(limit)}`,
    };
    yield { what, value: search.perSecond, unit: "/s", target: { atLeast } };
    yield { what: "  CPU of the server", value: search.server / 1000, unit: "ms", target: { atMost: 0.7 } };
    yield { what: "  CPU of PostgreSQL", value: search.postgres / 1000, unit: "ms", target: { atMost: 2 } };
  }
  await Promise.all(opened.map((socket) => socket.close()));
}
