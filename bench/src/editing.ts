import { setTimeout as delay } from "node:timers/promises";

import * as Y from "yjs";
import { z } from "zod";

import type { BenchEnvironment } from "./environment.ts";
import type { Measurement } from "./measurement.ts";
import { openSocket, type RawSocket } from "./socket.ts";
import { computeMedian, computeQuantile, runAtRate, measureTime, type Times } from "./timing.ts";

const toBase64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");

/** The typing speed in characters per second. */
const keysPerSecond = 5;

/** Types one character at a time at the end of the writer's earlier text. */
export function createWriter(): () => string {
  const doc = new Y.Doc();
  const text = doc.getText("content");
  let update = "";
  doc.on("update", (made: Uint8Array) => (update = toBase64(made)));
  return () => {
    text.insert(text.length, "x");
    return update;
  };
}

const created = z.object({ id: z.string() });

/** Creates a document. @returns Its ID. */
export async function createDocument(socket: RawSocket, workspaceId: string, content = ""): Promise<string> {
  return created.parse(
    await socket.call("mutation", "document.create", { workspaceId, title: "Bench", content }),
  ).id;
}

/** The time to commit an edit of one of 20 live editors, compared with a plain insert. */
export async function* benchEdits(world: BenchEnvironment, effort: number): AsyncGenerator<Measurement> {
  const { url, workspaceId, sql } = world;
  await sql`create table if not exists bare (id bigserial primary key, bytes bytea not null)`;
  const people = await world.editors(20);
  const sockets = await Promise.all(people.map(({ token }) => openSocket(url, token)));
  const [mine, ...others] = sockets;
  if (mine === undefined) return;
  const id = await createDocument(mine, workspaceId);
  const push = (socket: RawSocket, update: string) =>
    socket.call("mutation", "document.push", { id, update });
  const done = new AbortController();
  const all = others.map(async (socket, n) => {
    const next = createWriter();
    // Starts are staggered.
    await delay(n * 10);
    await runAtRate(keysPerSecond, done.signal, () => push(socket, next()));
  });
  const next = createWriter();
  const bare: Times = [];
  const edits: Times = [];
  for (let n = 0; n < 700 * effort + 100; n += 1) {
    const update = next();
    const bytes = Buffer.from(update, "base64");
    // The first edits are not counted, because they prepare statements and compile functions.
    await measureTime(n < 100 ? [] : bare, () => sql`insert into bare (bytes) values (${bytes})`);
    await measureTime(n < 100 ? [] : edits, () => push(mine, update));
  }
  done.abort();
  await Promise.all(all);
  await Promise.all(sockets.map((socket) => socket.close()));
  yield {
    what: "an acknowledged edit, relative to a bare insert, median",
    value: computeMedian(edits) / computeMedian(bare),
    unit: "×",
    target: { atMost: 1.5 },
    note: `${computeMedian(edits).toFixed(2)} ms vs. ${computeMedian(bare).toFixed(2)} ms; p99 ${computeQuantile(edits, 0.99).toFixed(1)} vs. ${computeQuantile(bare, 0.99).toFixed(1)}`,
  };
}

/** The database transactions and latency of 50 users who type in one document. */
export async function* benchBurst(world: BenchEnvironment, effort: number): AsyncGenerator<Measurement> {
  const { url, workspaceId, sql } = world;
  const seconds = 8 * effort;
  const sockets = await Promise.all((await world.editors(50)).map(({ token }) => openSocket(url, token)));
  const [first] = sockets;
  if (first === undefined) return;
  const id = await createDocument(first, workspaceId);
  const times: Times = [];
  await Promise.all(
    sockets.map(async (socket, n) => {
      const next = createWriter();
      await delay(n * 4);
      const signal = AbortSignal.timeout(seconds * 1000);
      await runAtRate(keysPerSecond, signal, () =>
        measureTime(times, () => socket.call("mutation", "document.push", { id, update: next() })),
      );
    }),
  );
  await Promise.all(sockets.map((socket) => socket.close()));
  const [counted] = await sql<{ transactions: number }[]>`
    select count(distinct created_at)::int as transactions from document_log where document_id = ${id} and seq > 1`;
  yield {
    what: "transactions",
    value: (counted?.transactions ?? Number.NaN) / seconds,
    unit: "/s",
    note: `for ${(times.length / seconds).toFixed(0)} edits per second`,
  };
  yield {
    what: "an acknowledged edit, median",
    value: computeMedian(times),
    unit: "ms",
    note: `p99 ${computeQuantile(times, 0.99).toFixed(1)} ms`,
  };
}

/** The throughput of edits in many documents with one user each, and the memory of an open document. */
export async function* benchMany(world: BenchEnvironment, effort: number): AsyncGenerator<Measurement> {
  const { url, workspaceId, server, owner } = world;
  const seconds = 6 * effort;
  const documents = 200;
  const sockets = await Promise.all((await world.editors(20)).map(({ token }) => openSocket(url, token)));
  const own = await openSocket(url, owner.token);
  const content = "A line of a document that is neither long nor short.\n".repeat(200);
  const ids: string[] = [];
  for (let n = 0; n < documents; n += 1) ids.push(await createDocument(own, workspaceId, content));
  const before = await server.usage(true);
  for (const id of ids) await own.call("query", "document.pull", { id });
  const after = await server.usage(true);

  const times: Times = [];
  const end = AbortSignal.timeout(seconds * 1000);
  const cpu = (await server.usage()).cpu;
  const postgresCpu = await world.postgresCpu();
  await Promise.all(
    ids.map(async (id, n) => {
      const next = createWriter();
      const socket = sockets[n % sockets.length];
      while (!end.aborted) {
        await measureTime(
          times,
          () => socket?.call("mutation", "document.push", { id, update: next() }) ?? Promise.resolve(),
        );
      }
    }),
  );
  const used = (await server.usage()).cpu - cpu;
  const usedByPostgres = (await world.postgresCpu()) - postgresCpu;
  await Promise.all([own, ...sockets].map((socket) => socket.close()));
  yield {
    what: "edits in 200 documents at the same time, maximum rate",
    value: times.length / seconds,
    unit: "/s",
    target: { atLeast: 4000 },
    note: `median ${computeMedian(times).toFixed(0)} ms, p99 ${computeQuantile(times, 0.99).toFixed(0)} ms; CPU per edit: Node ${(used / times.length).toFixed(0)} µs, PostgreSQL ${(usedByPostgres / times.length).toFixed(0)} µs`,
  };
  yield {
    what: "memory of an open document of 10 KB",
    value: (after.heap - before.heap) / documents / 1024,
    unit: "KB",
  };
}
