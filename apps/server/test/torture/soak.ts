import { setTimeout as delay } from "node:timers/promises";

import { type Client, createClient } from "@mdreader/client";
import { openDocument } from "@mdreader/client/live";

import type { Environment } from "../../src/config.ts";
import { readMetric } from "../calls.ts";
import { findFreePort, startProcess } from "../process.ts";
import { collectGarbage, compareInventories, type Inventory, takeInventory } from "./heap.ts";
import { gatherPeople } from "./people.ts";

export interface SoakOptions {
  minutes: number;
  people: number;
  environment: Environment;
  note(line: string): void;
}

/** The resources of the server after a garbage collection. */
export interface ResourceUsage {
  heapMb: number;
  externalMb: number;
  rssMb: number;
  handles: number;
  sockets: number;
  subscriptions: number;
}

export interface SoakReport {
  visits: number;
  words: number;
  /** Before the first visit, after the first round of visits, and after the last visit. */
  before: ResourceUsage;
  afterFirst: ResourceUsage;
  afterAll: ResourceUsage;
  /** The resources that have grown since the first round. */
  grown: string[];
}

/** The shortest duration of a visit, and the largest random addition. */
const shortestVisitMs = 2000;
const longerVisitMs = 15_000;
/** The time after which the server has released rooms, sessions and idle connections of the last user. */
const settlingMs = 75_000;

/** Users repeatedly open, edit and leave documents. In the end, the server must hold no more than after the first round. */
export async function runSoak({
  minutes,
  people: count,
  environment,
  note,
}: SoakOptions): Promise<SoakReport> {
  const inspector = await findFreePort();
  const server = startProcess(environment, [`--inspect=127.0.0.1:${inspector}`]);
  await using cleanup = new AsyncDisposableStack();
  cleanup.defer(async () => {
    server.child.kill("SIGTERM");
    await server.ended;
  });
  const url = await server.running;
  const { documentId, workspaceId, clients } = await gatherPeople(url, count);
  const tokens = await Promise.all(clients.map((client) => client.session.accessToken()));
  const ids = [documentId];
  const [owner] = clients;
  if (owner === undefined) throw new Error("at least one person is required");
  for (let n = 1; n < 10; n += 1) {
    ids.push((await owner.document.create.mutate({ workspaceId, title: `Soak ${n}` })).id);
  }
  await Promise.all(clients.map((client) => client.close()));
  const { holdings: before } = await measure(url, inspector);
  note(`before: ${JSON.stringify(before)}`);

  let visits = 0;
  let words = 0;
  const visitUntilStopped = async (until: number) => {
    await Promise.all(
      tokens.map(async (token, n) => {
        do {
          await delay(Math.random() * 3000);
          const client = createClient({ url, ...(token !== null && { token }) });
          const typed = await visit(client, ids[(n + visits) % ids.length] ?? documentId);
          words += typed;
          await client.close();
          visits += 1;
        } while (Date.now() < until);
      }),
    );
    await delay(settlingMs);
    return measure(url, inspector);
  };
  const end = Date.now() + minutes * 60_000;
  const afterFirst = await visitUntilStopped(Date.now() + 20_000);
  note(`after the first round: ${JSON.stringify(afterFirst.holdings)}`);
  const afterAll = await visitUntilStopped(end - settlingMs);
  note(`after all: ${JSON.stringify(afterAll.holdings)}`);
  const grown = compareInventories(afterFirst.inventory, afterAll.inventory);
  for (const line of grown) note(`  ${line}`);
  return { visits, words, before, afterFirst: afterFirst.holdings, afterAll: afterAll.holdings, grown };
}

/** Opens a document, types for a while and leaves, sometimes without typing. @returns The number of words. */
async function visit(client: Client, id: string): Promise<number> {
  const live = await openDocument(client, id);
  await live.synced();
  const leaving = Date.now() + shortestVisitMs + Math.random() * longerVisitMs;
  let words = 0;
  while (Date.now() < leaving) {
    live.doc.transact(() => {
      if (live.ytext.length > 20_000) live.ytext.delete(0, 10_000);
      live.ytext.insert(live.ytext.length, "words ");
    });
    words += 1;
    await delay(300);
  }
  if (Math.random() < 0.8) await live.whenSaved();
  await live.close();
  return words;
}

/** Reads the server's metrics and the contents of its memory. The metrics are read before the inspection. */
async function measure(
  url: string,
  inspector: number,
): Promise<{ holdings: ResourceUsage; inventory: Inventory }> {
  await collectGarbage(inspector);
  const holdings = await readHoldings(url);
  return { holdings, inventory: await takeInventory(inspector) };
}

async function readHoldings(url: string): Promise<ResourceUsage> {
  const of = (name: string) => readMetric({ url }, name);
  const megabytes = async (name: string) => Math.round((await of(name)) / 1024 / 102.4) / 10;
  return {
    heapMb: await megabytes("nodejs_heap_size_used_bytes"),
    externalMb: await megabytes("nodejs_external_memory_bytes"),
    rssMb: await megabytes("process_resident_memory_bytes"),
    handles: await of("nodejs_active_handles_total"),
    sockets: await of("mdreader_ws_connections"),
    subscriptions: await of("mdreader_ws_subscriptions"),
  };
}
