import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";

import { WebSocket } from "ws";

import { type Child, startChild } from "./child.ts";
import { createDocument } from "./editing.ts";
import type { BenchEnvironment } from "./environment.ts";
import type { Measurement } from "./measurement.ts";
import { openSocket } from "./socket.ts";
import { computeMedian, computeQuantile, runAtRate } from "./timing.ts";

const people = 50;
/** The moves of each user per second. */
const movesPerSecond = 30;
/** The time at the start that is not counted, because connections are opened and functions compiled. */
const warmUpSeconds = 1.5;
/** One in this many users reads the frames. The others only count them, because the server is measured, not its readers. */
const peoplePerReader = 10;

/** The frames that users in a room received. */
interface Delivered {
  frames: number;
  /** Milliseconds from a move to its arrival, for the users who read frames. */
  delays: number[];
  /** Processor time of the server, in microseconds. */
  cpu: number;
}

const createDelivered = (): Delivered => ({ frames: 0, delays: [], cpu: 0 });

/** Compares the deliveries to 50 users in a room with those of a plain broadcaster. */
export async function* benchFanOut(world: BenchEnvironment, effort: number): AsyncGenerator<Measurement> {
  const rounds = 2;
  const seconds = 5 * effort;
  const bare = createDelivered();
  const ours = createDelivered();
  for (let round = 0; round < rounds; round += 1) {
    add(bare, await measureBaseline(seconds));
    add(ours, await measureServer(world, seconds));
  }
  const inAll = seconds * rounds;
  const moves = ({ delays }: Delivered) => (delays.length * peoplePerReader) / inAll;
  const note = ({ frames, cpu }: Delivered) =>
    `${(frames / people / inAll).toFixed(1)} frames per second to each; ${(cpu / inAll / 10_000).toFixed(0)} % of a core`;
  const waited = ({ delays }: Delivered) =>
    `median ${computeMedian(delays).toFixed(0)} ms, p99 ${computeQuantile(delays, 0.99).toFixed(0)} ms`;
  yield {
    what: "baseline: a bare ws broadcaster, moves delivered",
    value: moves(bare),
    unit: "/s",
    note: `${note(bare)}; ${waited(bare)}`,
  };
  yield {
    what: "moves delivered, relative to the baseline",
    value: moves(ours) / moves(bare),
    unit: "×",
    target: { atLeast: 0.8 },
    note: note(ours),
  };
  yield {
    what: "CPU of the server, relative to the baseline",
    value: ours.cpu / bare.cpu,
    unit: "×",
    target: { atMost: 2 },
  };
  yield {
    what: "from one person's move to another's screen, p99",
    value: computeQuantile(ours.delays, 0.99),
    unit: "ms",
    target: { atMost: 100 },
    note: waited(ours),
  };
}

function add(sum: Delivered, { frames, delays, cpu }: Delivered): void {
  sum.frames += frames;
  sum.cpu += cpu;
  for (const one of delays) sum.delays.push(one);
}

async function measureBaseline(seconds: number): Promise<Delivered> {
  const room = await startChild("baseline-room.ts", {});
  const got = createDelivered();
  const sockets = await openReaders(room.url, got);
  const move = (n: number) =>
    sockets[n]?.send(JSON.stringify({ clientId: n, cursor: createCursorPosition(n) }));
  await measure(room, got, seconds, move);
  for (const socket of sockets) socket.close();
  await room.stop();
  return got;
}

async function measureServer(world: BenchEnvironment, seconds: number): Promise<Delivered> {
  const got = createDelivered();
  const editors = await world.editors(people);
  const owner = await openSocket(world.url, world.owner.token);
  const documentId = await createDocument(owner, world.workspaceId);
  const sockets = await openReaders(`${world.url.replace("http", "ws")}/ws?connectionParams=1`, got);
  const send = (n: number, message: object) => sockets[n]?.send(JSON.stringify(message));
  const call = (n: number, method: string, path: string, input: object) =>
    send(n, { id: (ids += 1), method, params: { path, input } });
  let ids = 0;
  // Moves of users who have not joined cost a statement each.
  const joined = sockets.map(
    (socket) =>
      new Promise<void>((resolve) => {
        socket.on("message", (bytes: Buffer) => bytes.includes('"snapshot"') && resolve());
      }),
  );
  editors.forEach(({ token }, n) => {
    send(n, { method: "connectionParams", data: { token } });
    call(n, "subscription", "presence.stream", { documentId, clientId: n });
  });
  await Promise.all(joined);
  const move = (n: number) =>
    call(n, "mutation", "presence.update", { documentId, clientId: n, cursor: createCursorPosition(n) });
  await measure(world.server, got, seconds, move);
  await Promise.all([owner.close(), ...sockets.map((socket) => (socket.close(), once(socket, "close")))]);
  return got;
}

/** Encodes the time of a move as the position of its cursor. */
const encodePlace = (client: number) => ({ item: { client, clock: Math.floor(performance.now()) } });
const createCursorPosition = (client: number) => ({ anchor: encodePlace(client), head: encodePlace(client) });
const planMoves = /"anchor":\{"item":\{"client":\d+,"clock":(\d+)/g;

/** Opens sockets that count the incoming frames. */
async function openReaders(url: string, got: Delivered): Promise<WebSocket[]> {
  const sockets = Array.from({ length: people }, () => new WebSocket(url, { perMessageDeflate: false }));
  sockets.forEach((socket, n) => {
    socket.on("message", (bytes: Buffer) => {
      if (!bytes.includes('"frame"')) return;
      got.frames += 1;
      if (n % peoplePerReader !== 0) return;
      const now = performance.now();
      for (const [, moment] of bytes.toString().matchAll(planMoves)) got.delays.push(now - Number(moment));
    });
  });
  await Promise.all(sockets.map((socket) => once(socket, "open")));
  return sockets;
}

/** Lets all users move, and counts deliveries after the warm-up. @param move Sends a move of the user with this number. */
async function measure(
  server: Child,
  got: Delivered,
  seconds: number,
  move: (n: number) => void,
): Promise<void> {
  await moveAll(warmUpSeconds, move);
  Object.assign(got, createDelivered());
  const before = (await server.usage()).cpu;
  await moveAll(seconds, move);
  got.cpu = (await server.usage()).cpu - before;
}

async function moveAll(seconds: number, move: (n: number) => void): Promise<void> {
  const signal = AbortSignal.timeout(seconds * 1000);
  await Promise.all(
    Array.from({ length: people }, async (_, n) => {
      await delay((n * 33) / people);
      await runAtRate(movesPerSecond, signal, async () => move(n));
    }),
  );
}

/** The memory of idle sockets that read presence. */
export async function* benchIdle(world: BenchEnvironment, effort: number): AsyncGenerator<Measurement> {
  const count = 1000 * effort;
  const { url, server, owner, workspaceId } = world;
  const own = await openSocket(url, owner.token);
  const ids: string[] = [];
  for (let n = 0; n < count / 10; n += 1) ids.push(await createDocument(own, workspaceId));
  const editors = await world.editors(20);
  // A few sockets are opened first, so that one-time costs of the server are not counted.
  const join = async (n: number) => {
    const socket = await openSocket(url, editors[n % editors.length]?.token ?? "");
    await socket.subscribe("presence.stream", { documentId: ids[n % ids.length], clientId: n }, () => {});
    return socket;
  };
  const first = await Promise.all(Array.from({ length: 50 }, (_, n) => join(n)));
  await delay(500);
  const before = await server.usage(true);
  const sockets = [...first];
  for (let n = 0; n < count; n += 50) {
    sockets.push(...(await Promise.all(Array.from({ length: 50 }, (_, of) => join(50 + n + of)))));
  }
  await delay(1500);
  const after = await server.usage(true);
  await Promise.all([own, ...sockets].map((socket) => socket.close()));
  yield {
    what: `memory per idle socket of ${count}, by process size`,
    value: Math.max(after.rss - before.rss, after.heap - before.heap) / count / 1024,
    unit: "KB",
    target: { atMost: 40 },
    note: `${((after.heap - before.heap) / count / 1024).toFixed(1)} KB of them on the heap`,
  };
}
