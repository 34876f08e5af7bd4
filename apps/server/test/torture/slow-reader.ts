import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";

import { openDocument } from "@mdreader/client/live";

import type { Environment } from "../../src/config.ts";
import { startProcess } from "../process.ts";
import { open } from "../socket.ts";
import { gatherPeople } from "./people.ts";

/** What deaf readers cost. Megabytes; milliseconds. */
export interface SlowReaderReport {
  /** The most memory that the server took under the same load without them, and with them. */
  peakWithout: number;
  peakWith: number;
  /** The slowest hundredth of deliveries to those who read, without and with them. */
  delayWithout: number;
  delayWith: number;
  /** How the deaf readers' sockets were closed. */
  closed: number[];
}

const typists = 20;
const deafReaders = 5;
const seconds = 45;

/** People paste and type into a document while some who follow it read nothing at all. */
export async function slowReader(environment: Environment): Promise<SlowReaderReport> {
  const server = startProcess(environment);
  await using cleanup = new AsyncDisposableStack();
  cleanup.defer(async () => {
    server.child.kill("SIGTERM");
    await server.ended;
  });
  const url = await server.running;
  const people = cleanup.use(await gatherPeople(url, typists));
  const { documentId } = people;
  const lives = await Promise.all(people.clients.map((one) => openDocument(one, documentId)));
  for (const live of lives) cleanup.defer(() => live.close());
  await Promise.all(lives.map((live) => live.synced()));

  const load = async () => {
    const delays: number[] = [];
    let peak = 0;
    const [watcher] = lives;
    watcher?.ytext.observe(() => {
      for (const [, sent] of watcher.ytext
        .toJSON()
        .slice(0, 60)
        .matchAll(/@(\d+)/g)) {
        delays.push(Date.now() - Number(sent));
      }
    });
    const end = Date.now() + seconds * 1000;
    const typing = lives.slice(1).map(async (live) => {
      while (Date.now() < end) {
        live.doc.transact(() => {
          if (live.ytext.length > 200_000) live.ytext.delete(0, live.ytext.length);
          live.ytext.insert(0, `@${Date.now()} ${"x".repeat(20_000)}\n`);
        });
        await delay(400);
      }
    });
    const measuring = (async () => {
      while (Date.now() < end) {
        peak = Math.max(peak, await memoryOf(server.child.pid));
        await delay(200);
      }
    })();
    await Promise.all([...typing, measuring]);
    await Promise.all(lives.map((live) => live.whenSaved()));
    return { peak, delay: delays.toSorted((a, b) => a - b)[Math.floor(delays.length * 0.99)] ?? 0 };
  };

  await load(); // a warm-up: the process has taken what it takes anyway
  const without = await load();
  const token = await people.clients[0]?.session.accessToken();
  const deaf = await Promise.all(
    Array.from({ length: deafReaders }, async (_, clientId) => {
      const socket = await open({ socketUrl: `${url.replace("http", "ws")}/ws` }, token);
      const subscribe = (id: string, path: string, input: object) =>
        socket.send({ id, method: "subscription", params: { path, input } });
      subscribe("changes", "document.changes", { id: documentId });
      subscribe("presence", "presence.stream", { documentId, clientId });
      await socket.next();
      socket.socket.pause();
      return socket;
    }),
  );
  const withDeaf = await load();
  const closed = await Promise.all(
    deaf.map(({ socket, closed: code }) => {
      socket.resume();
      return code;
    }),
  );
  return {
    peakWithout: Math.round(without.peak),
    peakWith: Math.round(withDeaf.peak),
    delayWithout: without.delay,
    delayWith: withDeaf.delay,
    closed,
  };
}

/** What a process holds in memory, in megabytes. */
async function memoryOf(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}
