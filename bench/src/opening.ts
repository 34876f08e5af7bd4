import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { gunzipSync } from "node:zlib";

import { pullOutput } from "@mdreader/contract";
import * as Y from "yjs";
import { z } from "zod";

import { createDocument } from "./editing.ts";
import type { BenchEnvironment } from "./environment.ts";
import type { Measurement } from "./measurement.ts";
import { createRandom } from "./seed-documents.ts";
import { openSocket } from "./socket.ts";
import { computeMedian, measureTime, type Times } from "./timing.ts";

const editCount = 100_000;

/** The time to open a document that was typed character by character. */
export async function* benchOpening(world: BenchEnvironment): AsyncGenerator<Measurement> {
  const random = createRandom(7);
  // No two adjacent characters were typed in sequence, which is the worst case of a document.
  const scatter = (text: Y.Text) => text.insert(Math.floor(random() * (text.length + 1)), "x");
  yield* measureOpening(
    world,
    `${editCount.toLocaleString("en")} edits, each in a different place`,
    createUpdates(scatter, editCount),
  );
  const type = (text: Y.Text) => text.insert(text.length, "x");
  yield* measureOpening(
    world,
    `${editCount.toLocaleString("en")} edits in sequence`,
    createUpdates(type, editCount),
  );
  const path = process.env["BENCH_TRACE"];
  if (path !== undefined) {
    const steps = await readTrace(path);
    const replay = (text: Y.Text, n: number) => {
      const [at, removed, inserted] = steps[n] ?? [0, 0, ""];
      if (removed > 0) text.delete(at, removed);
      if (inserted !== "") text.insert(at, inserted);
    };
    yield* measureOpening(
      world,
      `${steps.length.toLocaleString("en")} edits of a real trace`,
      createUpdates(replay, steps.length),
    );
  }
}

function createUpdates(edit: (text: Y.Text, n: number) => void, count: number): string[] {
  const doc = new Y.Doc();
  const text = doc.getText("content");
  const updates: string[] = [];
  doc.on("update", (update: Uint8Array) => updates.push(Buffer.from(update).toString("base64")));
  for (let n = 0; n < count; n += 1) doc.transact(() => edit(text, n));
  return updates;
}

/** A trace in the format of https://github.com/josephg/editing-traces: positions, characters removed, and text inserted. */
const trace = z.object({
  txns: z.array(z.object({ patches: z.array(z.tuple([z.number(), z.number(), z.string()])) })),
});

async function readTrace(path: string): Promise<[number, number, string][]> {
  const bytes = await readFile(path);
  const text = path.endsWith(".gz") ? gunzipSync(bytes).toString() : bytes.toString();
  return trace.parse(JSON.parse(text)).txns.flatMap(({ patches }) => patches);
}

async function* measureOpening(
  world: BenchEnvironment,
  what: string,
  updates: readonly string[],
): AsyncGenerator<Measurement> {
  const { url, owner, workspaceId, sql } = world;
  const socket = await openSocket(url, owner.token);
  const id = await createDocument(socket, workspaceId);
  for (let from = 0; from < updates.length; from += 10_000) {
    const rows = updates.slice(from, from + 10_000).map((update, n) => ({ seq: from + n + 2, update }));
    await sql`
      insert into document_log (document_id, workspace_id, seq, kind, update)
      select ${id}, ${workspaceId}, r.seq, 'update', decode(r.update, 'base64')
      from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as r (seq int, update text)`;
  }
  await sql`update documents set version = ${updates.length + 1} where id = ${id}`;
  // One more edit makes the server store the text and fold the log.
  await socket.call("mutation", "document.applyText", { id, baseVersion: 1, text: "y" });
  for (let folded = false; !folded;) {
    await delay(200);
    folded = (await sql`select 1 from document_snapshots where document_id = ${id}`).length > 0;
  }
  const inYjs: Times = [];
  const open = async (from: typeof socket) => {
    const { update } = pullOutput.parse(await from.call("query", "document.pull", { id }));
    const bytes = Buffer.from(update, "base64");
    await measureTime(inYjs, async () => Y.applyUpdate(new Y.Doc(), bytes));
    return update.length;
  };
  const warm: Times = [];
  let length = 0;
  for (let n = 0; n < 7; n += 1) length = await measureTime(warm, () => open(socket));
  await socket.close();

  const other = await world.anotherServer();
  const there = await openSocket(other.url, owner.token);
  await there.call("query", "document.get", { id: await createDocument(there, workspaceId) });
  const cold: Times = [];
  await measureTime(cold, () => open(there));
  await there.close();
  await other.stop();
  yield {
    what,
    value: computeMedian(warm),
    unit: "ms",
    target: { atMost: 300 },
    note: `including ${computeMedian(inYjs).toFixed(0)} ms in the reader's Yjs; ${(length / 1024).toFixed(0)} KB on the wire`,
  };
  yield {
    what: "the same on a server that has just started",
    value: computeMedian(cold),
    unit: "ms",
    target: { atMost: 300 },
  };
}
