import { documentList } from "@mdreader/contract";

import { startChild } from "./child.ts";
import { describeCost, measureCosts } from "./cost.ts";
import type { BenchEnvironment } from "./environment.ts";
import { getRaw } from "./http-connection.ts";
import type { Measurement } from "./measurement.ts";
import { openSocket } from "./socket.ts";

const socketCount = 4;
const itemsPerPage = 50;

/** The columns of a list, without an access check. */
const statement = `
  select id, workspace_id, folder_id, title, language, version, size, created_at, updated_at, deleted_at
  from documents where workspace_id = $1 and deleted_at is null order by id limit ${itemsPerPage + 1}`;

/** Compares `document.list` over HTTP and WebSockets with the baseline, and a late page with the first, alternately. */
export async function* benchList(world: BenchEnvironment, effort: number): AsyncGenerator<Measurement> {
  await world.library();
  const { url, owner, workspaceId, databaseUrl, server } = world;
  const bare = await startChild("baseline-statement.ts", {
    DATABASE_URL: databaseUrl,
    STATEMENT: statement,
    PARAMETERS: JSON.stringify([workspaceId]),
  });
  const opened = await Promise.all(Array.from({ length: socketCount }, () => openSocket(url, owner.token)));
  const page = async (n: number, cursor: string | null) =>
    opened[n % socketCount]?.call("query", "document.list", { workspaceId, cursor, limit: itemsPerPage });
  let late: string | null = null;
  for (let n = 1; n < 200; n += 1) late = documentList.parse(await page(n, late)).nextCursor;
  const input = encodeURIComponent(JSON.stringify({ workspaceId, limit: itemsPerPage }));
  const headers = { authorization: `Bearer ${owner.token}` };
  const costs = await measureCosts(
    world,
    {
      limit: { server: bare, call: () => getRaw(bare.url) },
      http: { server, call: () => getRaw(`${url}/trpc/document.list?input=${input}`, headers) },
      socket: { server, call: (n) => page(n, null) },
      late: { server, call: (n) => page(n, late) },
    },
    { width: 32, rounds: 3, seconds: 3 * effort },
  );
  await Promise.all(opened.map((socket) => socket.close()));
  await bare.stop();
  yield {
    what: "baseline: node:http and the driver, the same columns",
    value: costs.limit.perSecond,
    unit: "/s",
    note: describeCost(costs.limit),
  };
  for (const [name, cost] of [["HTTP", costs.http] as const, ["WebSocket", costs.socket] as const]) {
    const what = `document.list, ${name}`;
    yield {
      what: `${what}, relative to the baseline`,
      value: cost.perSecond / costs.limit.perSecond,
      unit: "×",
      note: describeCost(cost),
    };
    yield { what, value: cost.perSecond, unit: "/s", target: { atLeast: 1060 } };
    yield { what: "  CPU of the server", value: cost.server / 1000, unit: "ms", target: { atMost: 0.5 } };
    yield { what: "  CPU of PostgreSQL", value: cost.postgres / 1000, unit: "ms", target: { atMost: 0.5 } };
  }
  yield {
    what: "page 200, CPU relative to page 1",
    value: (costs.late.server + costs.late.postgres) / (costs.socket.server + costs.socket.postgres),
    unit: "×",
    target: { atMost: 1.3 },
    note: describeCost(costs.late),
  };
}
