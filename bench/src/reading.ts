import { startChild } from "./child.ts";
import type { BenchEnvironment } from "./environment.ts";
import { getRaw } from "./http-connection.ts";
import type { Measurement } from "./measurement.ts";
import { openSocket } from "./socket.ts";
import { load } from "./timing.ts";

const rounds = 3;
const callsAtOnce = 32;
const socketCount = 4;

/** Compares `document.get` over HTTP and WebSockets with the baseline, alternately. */
export async function* benchGet(world: BenchEnvironment, effort: number): AsyncGenerator<Measurement> {
  const documentIds = (await world.library()).map(({ id }) => id);
  const { url, owner, databaseUrl } = world;
  const bare = await startChild("baseline-http.ts", {
    DATABASE_URL: databaseUrl,
    STATEMENT: await readGetStatement(world, documentIds),
    SESSION: owner.sessionId,
  });
  const id = (n: number) => documentIds[(n * 7919) % documentIds.length] ?? "";
  const headers = { authorization: `Bearer ${owner.token}` };
  const opened = await Promise.all(Array.from({ length: socketCount }, () => openSocket(url, owner.token)));
  const ways = {
    limit: { server: bare, call: (n: number) => getRaw(`${bare.url}/${id(n)}`) },
    http: {
      server: world.server,
      call: (n: number) =>
        getRaw(
          `${url}/trpc/document.get?input=${encodeURIComponent(JSON.stringify({ id: id(n) }))}`,
          headers,
        ),
    },
    socket: {
      server: world.server,
      call: (n: number) =>
        opened[n % socketCount]?.call("query", "document.get", { id: id(n) }) ?? Promise.resolve(),
    },
  };
  const sums = { limit: createSum(), http: createSum(), socket: createSum() };
  for (const { call } of Object.values(ways)) await load(callsAtOnce, 1, call);
  for (let round = 0; round < rounds; round += 1) {
    for (const way of ["limit", "http", "socket"] as const) {
      const { server, call } = ways[way];
      const before = (await server.usage()).cpu;
      const { perSecond, times } = await load(callsAtOnce, 4 * effort, call);
      sums[way].perSecond += perSecond / rounds;
      sums[way].cpu += (await server.usage()).cpu - before;
      sums[way].calls += times.length;
    }
  }
  await Promise.all(opened.map((socket) => socket.close()));
  await bare.stop();

  const perCall = ({ cpu, calls }: Sum) => cpu / calls;
  const note = (way: Sum) => `${way.perSecond.toFixed(0)}/s; ${perCall(way).toFixed(0)} µs of CPU per call`;
  yield {
    what: "baseline: node:http and the driver, the same statement",
    value: sums.limit.perSecond,
    unit: "/s",
    note: `${perCall(sums.limit).toFixed(0)} µs of CPU per call`,
  };
  const share = (way: Sum) => way.perSecond / sums.limit.perSecond;
  yield {
    what: "over HTTP, relative to the baseline",
    value: share(sums.http),
    unit: "×",
    target: { atLeast: 0.85 },
    note: note(sums.http),
  };
  yield {
    what: "over WebSocket, relative to the baseline",
    value: share(sums.socket),
    unit: "×",
    target: { atLeast: 1.05 },
    note: note(sums.socket),
  };
}

interface Sum {
  perSecond: number;
  cpu: number;
  calls: number;
}
const createSum = (): Sum => ({ perSecond: 0, cpu: 0, calls: 0 });

/** The SQL statement of `document.get`, as recorded by PostgreSQL. */
async function readGetStatement(
  { sql, url, owner }: BenchEnvironment,
  documentIds: readonly string[],
): Promise<string> {
  const socket = await openSocket(url, owner.token);
  try {
    for (let n = 0; n < 100; n += 1) {
      await socket.call("query", "document.get", { id: documentIds[n] });
      const [found] = await sql<{ query: string }[]>`
        select query from pg_stat_activity
        where application_name = 'mdreader' and query like 'select%"caller_user_id"%"item"%"content"%' limit 1`;
      if (found !== undefined) return found.query;
    }
  } finally {
    await socket.close();
  }
  throw new Error("the statement of document.get was not found");
}
