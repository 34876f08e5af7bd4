import { setTimeout as delay } from "node:timers/promises";

import { gatherPeople } from "../people.ts";
import {
  waitUntilEqual,
  waitForNewWords,
  assertWords,
  openWriter,
  readText,
  typeOn,
  type Writer,
} from "../writers.ts";
import { findBroken, findGaps } from "./checks.ts";
import { faults } from "./faults.ts";
import { startServices } from "./services.ts";
import { createWriterActions, restoreOn, saveOn, uploadOn } from "./work.ts";

export interface ClusterOptions {
  minutes: number;
  people: number;
  documents: number;
  /** The only fault to inject. Default: all faults in turn. */
  only?: string | undefined;
  /** The maximum number of faults. */
  turns?: number;
  note(line: string): void;
}

/** The pause between two words. The test measures recovery, not throughput. */
const pauseMs = 500;

/** The number of times each fault was injected, and the recovery time until all users' words were acknowledged again. */
export type FaultTable = Record<string, { times: number; medianMs: number; worstMs: number }>;

export interface ClusterReport {
  faults: FaultTable;
  words: number;
  saves: number;
  restores: number;
  uploads: number;
  serverStops: number;
  problems: string[];
}

/**
 * Users type, save, restore and upload on two servers while faults are injected one after another. In the end, every
 * acknowledged edit must exist once, all windows must show the server's text, and no user may have been rejected.
 */
export async function stressCluster(options: ClusterOptions): Promise<ClusterReport> {
  const { minutes, people: count, documents, turns = Infinity, note } = options;
  await using services = await startServices(note);
  const { nodes, clientLines } = services;
  const lineOf = (n: number) => `http://127.0.0.1:${clientLines[n % clientLines.length]?.port}`;
  await using people = await gatherPeople(nodes[0]?.url ?? "", count, lineOf);
  const { workspaceId } = people;
  const [first, second] = people.clients;
  if (first === undefined || second === undefined) throw new Error("at least two people are required");
  const ids = [people.documentId];
  while (ids.length < documents) {
    const { id } = await first.document.create.mutate({ workspaceId, title: `Document ${ids.length}` });
    ids.push(id);
  }
  // Versions of the last document are restored, so typed text may disappear and return.
  const restored = ids.at(-1) ?? "";

  const deeds = createWriterActions();
  const stop = new AbortController();
  // Two consecutive users share a document, each on a different server.
  const documentOf = (n: number) => ids[Math.floor(n / 2) % ids.length] ?? restored;
  const writers: Writer[] = [];
  const work: Promise<void>[] = [];
  for (const [n, client] of people.clients.entries()) writers.push(await openWriter(client, documentOf(n)));
  for (const [n, writer] of writers.entries()) work.push(typeOn(writer, n, stop.signal, pauseMs));
  for (const [index, id] of ids.entries()) {
    if (id !== restored) work.push(saveOn(first, second, id, `${1000 + index}`, deeds, stop.signal));
  }
  work.push(saveOn(second, first, restored, "2000", createWriterActions(), stop.signal));
  work.push(restoreOn(first, restored, deeds, stop.signal));
  work.push(uploadOn(second, workspaceId, deeds, stop.signal));

  const problems: string[] = [];
  const out = new Set<Writer>();
  const recoveries = new Map<string, number[]>();
  const names = options.only === undefined ? Object.keys(faults) : [options.only];
  const until = Date.now() + minutes * 60_000;
  for (let turn = 0; Date.now() < until && turn < turns; turn += 1) {
    const name = names[turn % names.length] ?? "";
    await faults[name]?.(services).catch((error: unknown) => note(`"${name}" failed: ${String(error)}`));
    const over = performance.now();
    try {
      await waitForNewWords(writers.filter((writer) => !isDown(writer)));
    } catch {
      problems.push(`after "${name}", ${describeStuck(writers)}`);
    }
    for (const writer of writers) {
      if (!isDown(writer) || out.has(writer)) continue;
      out.add(writer);
      problems.push(`after "${name}", a window is ${JSON.stringify(writer.live.saveState.get())}`);
    }
    const ms = Math.round(performance.now() - over);
    recoveries.set(name, [...(recoveries.get(name) ?? []), ms]);
    note(`${name}: everyone's words acknowledged again after ${ms} ms`);
    await delay(1000);
  }

  stop.abort();
  await Promise.all(work);
  note("all faults are over; checking the results");
  const check = async (what: string, look: () => Promise<unknown>) => {
    try {
      await look();
    } catch (error) {
      problems.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  const whenSaved = (writer: Writer) => Promise.race([writer.live.whenSaved(), isLate()]);
  await check("not everything was saved", () => Promise.all(writers.map(whenSaved)));
  for (const [n, id] of ids.entries()) {
    const group = writers.filter((_, index) => documentOf(index) === id);
    await check(`document ${n} differs`, () => waitUntilEqual(group, first, id));
    if (id === restored) continue;
    await check(`document ${n}`, async () => {
      const saved = deeds.saves.filter((word) => word.startsWith(`[${1000 + n}.`));
      assertWords(
        await readText(first, id),
        [...group.flatMap(({ typed }) => typed), ...saved],
        "at the end",
      );
    });
  }
  const gaps = await findGaps(services.databaseUrl, ids);
  if (gaps.length > 0) problems.push(`${gaps.length} documents have gaps in their numbers`);
  const broken = await findBroken(first, deeds.uploads);
  if (broken.length > 0) problems.push(`${broken.length} uploads cannot be read`);
  if (deeds.unread.length > 0)
    problems.push(`${deeds.unread.length} saves were not read on the other server`);
  const serverStops = nodes.reduce((sum, { stops }) => sum + stops, 0);
  if (serverStops > 0) problems.push(`servers stopped unexpectedly ${serverStops} times`);
  await Promise.all(writers.map(({ live }) => live.close()));

  return {
    faults: Object.fromEntries([...recoveries].map(([name, times]) => [name, summarize(times)])),
    words: writers.reduce((sum, { typed }) => sum + typed.length, 0),
    saves: deeds.saves.length,
    restores: deeds.restores,
    uploads: deeds.uploads.length,
    serverStops,
    problems,
  };
}

function summarize(times: readonly number[]) {
  const sorted = times.toSorted((a, b) => a - b);
  return {
    times: sorted.length,
    medianMs: sorted[Math.floor(sorted.length / 2)] ?? 0,
    worstMs: sorted.at(-1) ?? 0,
  };
}

/** Whether it cannot recover without intervention. */
const isDown = ({ live }: Writer): boolean => ["refused", "closed"].includes(live.saveState.get().status);

/** Describes the state of all windows that are not saved. */
function describeStuck(writers: readonly Writer[]): string {
  const states = writers.map(({ live }) => JSON.stringify(live.saveState.get()));
  return `windows are ${[...new Set(states)].join(", ")}`;
}

async function isLate(): Promise<never> {
  await delay(120_000, null, { ref: false });
  throw new Error("edits are still not saved after two minutes");
}
