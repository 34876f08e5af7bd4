import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";

import { openDocument } from "@mdreader/client/live";

import type { Environment } from "../../src/config.ts";
import { startProcess } from "../process.ts";
import { open } from "../socket.ts";
import { gatherPeople } from "./people.ts";

/** The cost of slow readers, in megabytes and milliseconds. */
export interface SlowReaderReport {
  /** The peak memory of the server under the same load, without and with slow readers. */
  peakWithout: number;
  peakWith: number;
  /** The 99th percentile of delivery times to other readers, without and with slow readers. */
  delayWithout: number;
  delayWith: number;
  /** The close codes of the slow readers' sockets. */
  closed: number[];
}

const typistCount = 20;
const slowReaderCount = 5;
const loadSeconds = 45;

/** Users paste and type into a document while some subscribers read nothing. */
export async function stressSlowReader(environment: Environment): Promise<SlowReaderReport> {
  const server = startProcess(environment);
  await using cleanup = new AsyncDisposableStack();
  cleanup.defer(async () => {
    server.child.kill("SIGTERM");
    await server.ended;
  });
  const url = await server.running;
  const people = cleanup.use(await gatherPeople(url, typistCount));
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
    const end = Date.now() + loadSeconds * 1000;
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
        peak = Math.max(peak, await readMemory(server.child.pid));
        await delay(200);
      }
    })();
    await Promise.all([...typing, measuring]);
    await Promise.all(lives.map((live) => live.whenSaved()));
    return { peak, delay: delays.toSorted((a, b) => a - b)[Math.floor(delays.length * 0.99)] ?? 0 };
  };

  await load(); // a warm-up, so that the process has its normal size
  const without = await load();
  const token = await people.clients[0]?.session.accessToken();
  const deaf = await Promise.all(
    Array.from({ length: slowReaderCount }, async (_, clientId) => {
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

/** The memory of a process, in megabytes. */
async function readMemory(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}
