import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";

import { WebSocket } from "ws";
import { z } from "zod";

import { startChild } from "./child.ts";
import { createDocument, createWriter } from "./editing.ts";
import type { BenchEnvironment } from "./environment.ts";
import type { Measurement } from "./measurement.ts";
import { openSocket } from "./socket.ts";
import { measureTime, computeMedian, computeQuantile, runAtRate, type Times } from "./timing.ts";

/** The keys that each user presses per second. */
const keysPerSecond = 5;
/** The time at the start that is not counted, because statements are prepared and functions compiled. */
const warmUpSeconds = 2;
const crowds = [1, 20, 50] as const;

interface Run {
  /** Milliseconds from a key to the reader's socket. */
  delays: Times;
  /** Processor time of the server per key, in microseconds. */
  cpu: number;
}

/** A document that several users type in, while another one reads. */
interface Room {
  type(user: number, update: string): void;
  onUpdate(listener: (update: string) => void): void;
  cpu(): Promise<number>;
  close(): Promise<void>;
}

/** From a key to another user's screen, compared with Yjs over `ws`, which commits nothing. */
export async function* benchTyping(world: BenchEnvironment, effort: number): AsyncGenerator<Measurement> {
  const commits = await measureCommits(world);
  for (const people of crowds) {
    const seconds = 8 * effort;
    const bare = await typeTogether(await openBareRoom(people), people, seconds);
    const ours = await typeTogether(await openRoom(world, people), people, seconds);
    const who = people === 1 ? "1 user" : `${people} users`;
    const times = ({ delays }: Run) =>
      `${computeMedian(delays).toFixed(1)} ms, p99 ${computeQuantile(delays, 0.99).toFixed(1)} ms`;
    const limit = Math.round(10 * (computeMedian(bare.delays) + computeMedian(commits) + 1)) / 10;
    yield {
      what: `${who}: key to another's screen, median`,
      value: computeMedian(ours.delays),
      unit: "ms",
      target: { atMost: people === 50 ? 10 : limit },
      note: `${times(ours)}; baseline ${times(bare)}; a bare commit ${computeMedian(commits).toFixed(1)} ms`,
    };
    yield {
      what: `${who}: CPU per key, relative to the baseline`,
      value: ours.cpu / bare.cpu,
      unit: "×",
      note: `${ours.cpu.toFixed(0)} vs. ${bare.cpu.toFixed(0)} µs`,
    };
  }
}

/** The time of an insert that commits an update of one character. */
async function measureCommits({ sql }: BenchEnvironment): Promise<Times> {
  await sql`create table if not exists bare (id bigserial primary key, bytes bytea not null)`;
  const bytes = Buffer.from(createWriter()(), "base64");
  const times: Times = [];
  for (let n = 0; n < 300; n += 1) {
    await measureTime(n < 100 ? [] : times, () => sql`insert into bare (bytes) values (${bytes})`);
  }
  return times;
}

async function typeTogether(room: Room, people: number, seconds: number): Promise<Run> {
  const sentAt = new Map<string, number>();
  let delays: Times = [];
  room.onUpdate((update) => {
    const at = sentAt.get(update);
    if (at !== undefined) delays.push(performance.now() - at);
    sentAt.delete(update);
  });
  let keys = 0;
  const typeFor = (duration: number) => {
    const signal = AbortSignal.timeout(duration * 1000);
    return Promise.all(
      writers.map(async (next, user) => {
        await delay((user * 1000) / keysPerSecond / people);
        await runAtRate(keysPerSecond, signal, async () => {
          const update = next();
          keys += 1;
          sentAt.set(update, performance.now());
          room.type(user, update);
        });
      }),
    );
  };
  const writers = Array.from({ length: people }, createWriter);
  await typeFor(warmUpSeconds);
  await delay(200);
  delays = [];
  keys = 0;
  const before = await room.cpu();
  await typeFor(seconds);
  await delay(200);
  const cpu = ((await room.cpu()) - before) / keys;
  await room.close();
  return { delays, cpu };
}

async function openBareRoom(people: number): Promise<Room> {
  const server = await startChild("baseline-typing.ts", {});
  const sockets = Array.from(
    { length: people + 1 },
    () => new WebSocket(server.url, { perMessageDeflate: false }),
  );
  await Promise.all(sockets.map((socket) => once(socket, "open")));
  return {
    type: (user, update) => sockets[user]?.send(Buffer.from(update, "base64")),
    onUpdate: (listener) =>
      sockets.at(-1)?.on("message", (bytes: Buffer) => listener(bytes.toString("base64"))),
    cpu: async () => (await server.usage()).cpu,
    close: async () => {
      for (const socket of sockets) socket.close();
      await server.stop();
    },
  };
}

const change = z.object({ data: z.object({ update: z.string().optional() }) });

async function openRoom(
  { url, workspaceId, server, editors }: BenchEnvironment,
  people: number,
): Promise<Room> {
  const sockets = await Promise.all((await editors(people + 1)).map(({ token }) => openSocket(url, token)));
  const [first] = sockets;
  if (first === undefined) throw new Error("nobody types");
  const id = await createDocument(first, workspaceId);
  const listeners: ((update: string) => void)[] = [];
  await Promise.all(
    sockets.map((socket, user) =>
      socket.subscribe("document.changes", { id }, (data) => {
        if (user !== people) return;
        const { update } = change.parse(data).data;
        if (update !== undefined) for (const listener of listeners) listener(update);
      }),
    ),
  );
  return {
    type: (user, update) => void sockets[user]?.call("mutation", "document.push", { id, update }),
    onUpdate: (listener) => listeners.push(listener),
    cpu: async () => (await server.usage()).cpu,
    close: async () => void (await Promise.all(sockets.map((socket) => socket.close()))),
  };
}
