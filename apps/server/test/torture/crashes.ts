import { setTimeout as delay } from "node:timers/promises";

import type { Client } from "@mdreader/client";
import { type LiveDocument, openDocument } from "@mdreader/client/live";
import * as Y from "yjs";

import type { Environment } from "../../src/config.ts";
import { freePort, type ServerProcess, startProcess } from "../process.ts";
import { gatherPeople } from "./people.ts";

export interface CrashOptions {
  clients: number;
  kills: number;
  /** How the server is ended. */
  signal: "SIGKILL" | "SIGTERM";
  /** What the server is started with each time. */
  environment: Environment;
  note?: (line: string) => void;
}

/** What there was to lose. */
export interface CrashReport {
  kills: number;
  /** Edits made, and those of them that had been acknowledged at the moment of a kill. */
  edits: number;
  acknowledgedBeforeKills: number;
}

/** A window that types words, each of which is like no other. */
interface Writer {
  live: LiveDocument;
  typed: string[];
  /** The words that the server has said it has. */
  acknowledged: Set<string>;
}

/**
 * Ends the server again and again while people type. After each start, what had been acknowledged must be there; in the
 * end all windows and the server must have one text, with every word once.
 * @throws Error that says what was lost.
 */
export async function crashes(options: CrashOptions): Promise<CrashReport> {
  const { clients, kills, signal, note = () => {} } = options;
  const port = await freePort();
  const environment = { ...options.environment, APP_PORT: String(port) };
  let server = startProcess(environment);
  await using cleanup = new AsyncDisposableStack();
  cleanup.defer(() => end(server, "SIGTERM"));
  const url = await server.running;
  const people = cleanup.use(await gatherPeople(url, clients));
  const writers = await Promise.all(people.clients.map((client) => aWriter(client, people.documentId)));
  for (const { live } of writers) cleanup.defer(() => live.close());

  const typing = new AbortController();
  const done = Promise.all(writers.map((writer, n) => typeOn(writer, n, typing.signal)));
  let acknowledgedBeforeKills = 0;
  for (let kill = 1; kill <= kills; kill += 1) {
    await allGoOn(writers);
    await end(server, signal);
    const acknowledged = writers.flatMap((writer) => [...writer.acknowledged]);
    acknowledgedBeforeKills = acknowledged.length;
    server = startProcess(environment);
    await server.running;
    const content = await textOf(people.clients[0], people.documentId);
    mustHave(content, acknowledged, `after kill ${kill}`);
    note(`kill ${kill}: ${acknowledged.length} words had been acknowledged, and all of them are there`);
  }
  await allGoOn(writers);
  typing.abort();
  await done;
  await Promise.all(writers.map(({ live }) => live.durable()));

  const typed = writers.flatMap((writer) => writer.typed);
  await allAlike(writers, people.clients[0], people.documentId);
  mustHave(await textOf(people.clients[0], people.documentId), typed, "in the end");
  return { kills, edits: typed.length, acknowledgedBeforeKills };
}

async function aWriter(client: Client, documentId: string): Promise<Writer> {
  const live = await openDocument(client, documentId);
  await live.synced();
  return { live, typed: [], acknowledged: new Set() };
}

/** Milliseconds between two words of a writer. */
const pause = 150;

async function typeOn({ live, typed, acknowledged }: Writer, n: number, stop: AbortSignal): Promise<void> {
  while (!stop.aborted) {
    const word = `[${n}.${typed.length}]`;
    typed.push(word);
    // Now at the end, now in the middle, never inside another word.
    const text = live.ytext.toJSON();
    const middle = text.indexOf("[", Math.floor(Math.random() * text.length));
    live.ytext.insert(Math.random() < 0.5 || middle === -1 ? text.length : middle, word);
    live.durable().then(
      () => acknowledged.add(word),
      () => {},
    );
    await delay(pause);
  }
}

/** Waits until everyone's words are being acknowledged. */
async function allGoOn(writers: readonly Writer[]): Promise<void> {
  const before = writers.map(({ acknowledged }) => acknowledged.size);
  await until("everyone's words are acknowledged", () =>
    writers.every(({ acknowledged }, n) => acknowledged.size > (before[n] ?? 0)),
  );
}

async function allAlike(writers: readonly Writer[], client: Client | undefined, id: string): Promise<void> {
  const stateOf = ({ live }: Writer) => {
    const clocks = [...Y.decodeStateVector(Y.encodeStateVector(live.doc))].toSorted(([a], [b]) => a - b);
    return JSON.stringify([clocks, live.ytext.toJSON()]);
  };
  await until("all windows are alike", async () => {
    const [first, ...others] = writers.map(stateOf);
    return others.every((state) => state === first);
  });
  const [writer] = writers;
  if ((await textOf(client, id)) !== writer?.live.ytext.toJSON())
    throw new Error("the server has another text");
}

async function textOf(client: Client | undefined, id: string): Promise<string> {
  if (client === undefined) throw new Error("nobody is there");
  return (await client.document.get.query({ id })).content;
}

function mustHave(content: string, words: readonly string[], when: string): void {
  const present = new Map<string, number>();
  for (const [word] of content.matchAll(/\[\d+\.\d+\]/g)) present.set(word, (present.get(word) ?? 0) + 1);
  const lost = words.filter((word) => !present.has(word));
  if (lost.length > 0) throw new Error(`${lost.length} words are lost ${when}, such as ${lost[0]}`);
  const doubled = words.filter((word) => (present.get(word) ?? 0) > 1);
  if (doubled.length > 0)
    throw new Error(`${doubled.length} words are doubled ${when}, such as ${doubled[0]}`);
}

async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const patience = Date.now() + 120_000;
  while (!(await isSo())) {
    if (Date.now() > patience) throw new Error(`waited in vain until ${what}`);
    await delay(50);
  }
}

async function end({ child, ended, said }: ServerProcess, signal: "SIGKILL" | "SIGTERM"): Promise<void> {
  child.kill(signal);
  const code = await ended;
  if (signal === "SIGTERM" && code !== 0) throw new Error(`the server ended with ${code}: ${said}`);
}
