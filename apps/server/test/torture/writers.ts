import { setTimeout as delay } from "node:timers/promises";

import type { Client } from "@mdreader/client";
import { type LiveDocument, openDocument } from "@mdreader/client/live";
import * as Y from "yjs";

/** A window that types unique words. */
export interface Writer {
  live: LiveDocument;
  typed: string[];
  /** The words that the server has acknowledged. */
  acknowledged: Set<string>;
}

/** Opens a document in a new window. */
export async function openWriter(client: Client, documentId: string): Promise<Writer> {
  const live = await openDocument(client, documentId);
  await live.synced();
  return { live, typed: [], acknowledged: new Set() };
}

/** The default pause between two words. */
const defaultPauseMs = 150;

/** Types until the signal is aborted. */
export async function typeOn(
  { live, typed, acknowledged }: Writer,
  n: number,
  stop: AbortSignal,
  pauseMs = defaultPauseMs,
): Promise<void> {
  while (!stop.aborted) {
    const word = `[${n}.${typed.length}]`;
    typed.push(word);
    // Inserts at the end or in the middle, but never inside another word.
    const text = live.ytext.toJSON();
    const middle = text.indexOf("[", Math.floor(Math.random() * text.length));
    live.ytext.insert(Math.random() < 0.5 || middle === -1 ? text.length : middle, word);
    live.whenSaved().then(
      () => acknowledged.add(word),
      () => {},
    );
    await delay(pauseMs);
  }
}

/** Waits until new words of every writer are acknowledged. */
export async function waitForNewWords(writers: readonly Writer[]): Promise<void> {
  const before = writers.map(({ acknowledged }) => acknowledged.size);
  await waitUntil("everyone's words are acknowledged", () =>
    writers.every(({ acknowledged }, n) => acknowledged.size > (before[n] ?? 0)),
  );
}

/** Waits until all windows and the server have the same text and state. */
export async function waitUntilEqual(
  writers: readonly Writer[],
  client: Client | undefined,
  id: string,
): Promise<void> {
  const stateOf = ({ live }: Writer) => {
    const clocks = [...Y.decodeStateVector(Y.encodeStateVector(live.doc))].toSorted(([a], [b]) => a - b);
    return JSON.stringify([clocks, live.ytext.toJSON()]);
  };
  await waitUntil("all windows are alike", async () => {
    const [first, ...others] = writers.map(stateOf);
    return others.every((state) => state === first);
  });
  const [writer] = writers;
  if ((await readText(client, id)) !== writer?.live.ytext.toJSON())
    throw new Error("the server has a different text");
}

export async function readText(client: Client | undefined, id: string): Promise<string> {
  if (client === undefined) throw new Error("at least one client is required");
  return (await client.document.get.query({ id })).content;
}

/** @throws Error if a word is missing or duplicated. */
export function assertWords(content: string, words: readonly string[], when: string): void {
  const present = new Map<string, number>();
  for (const [word] of content.matchAll(/\[\d+\.\d+\]/g)) present.set(word, (present.get(word) ?? 0) + 1);
  const lost = words.filter((word) => !present.has(word));
  if (lost.length > 0) throw new Error(`${lost.length} words are missing ${when}, such as ${lost[0]}`);
  const doubled = words.filter((word) => (present.get(word) ?? 0) > 1);
  if (doubled.length > 0)
    throw new Error(`${doubled.length} words are duplicated ${when}, such as ${doubled[0]}`);
}

async function waitUntil(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const patience = Date.now() + 120_000;
  while (!(await isSo())) {
    if (Date.now() > patience) throw new Error(`timed out waiting until ${what}`);
    await delay(50);
  }
}
