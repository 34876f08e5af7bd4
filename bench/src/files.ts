import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { z } from "zod";

import { type Child, startChild } from "./child.ts";
import type { BenchEnvironment } from "./environment.ts";
import type { Measurement } from "./measurement.ts";
import { get, computeMedian, measureTime, type Times } from "./timing.ts";

const fileBytes = 50 * 1024 * 1024;
const megabyte = 1024 * 1024;
const concurrentDownloads = 10;

/** Uploads and downloads of a large file, and their use of the server's memory. */
export async function* benchFiles(world: BenchEnvironment, effort: number): AsyncGenerator<Measurement> {
  await using opened = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "mdreader-bench-files-"));
  opened.defer(() => rm(folder, { recursive: true, force: true }));
  const bare = await startChild("baseline-files.ts", { FOLDER: folder });
  opened.defer(() => bare.stop());
  const bytes = randomBytes(fileBytes);
  const rounds = Math.max(3, Math.ceil(12 * effort));

  const sending: Sides = { ours: [], bare: [] };
  const flushed: Times = [];
  let id = "";
  for (let n = 0; n < rounds; n += 1) {
    await measureTime(sending.bare, () => put(bare.url, bytes));
    await measureTime(flushed, () => put(`${bare.url}/flushed`, bytes));
    id = await measureTime(sending.ours, () => upload(world, bytes));
  }
  yield {
    what: "upload of 50 MB, relative to node:http with SHA-256, flushed to disk",
    ...computeRatio({ ours: sending.ours, bare: flushed }),
    target: { atLeast: 0.9 },
  };
  yield { what: "  relative to the same, not flushed", ...computeRatio(sending) };

  const { url } = links.parse(await call(world, "query", "file.downloadUrl", { id }));
  const address = world.url + url;
  const getting: Sides = { ours: [], bare: [] };
  for (let n = 0; n < rounds * 2; n += 1) {
    await measureTime(getting.bare, () => get(bare.url));
    await measureTime(getting.ours, () => get(address));
  }
  yield {
    what: "download of 50 MB, relative to node:http piping it",
    ...computeRatio(getting),
    target: { atLeast: 0.95 },
  };

  const before = (await world.server.usage(true)).rss;
  const highest = await measurePeak(world.server, () =>
    Promise.all(Array.from({ length: concurrentDownloads }, () => get(address))),
  );
  yield {
    what: "memory for ten downloads of 50 MB at the same time",
    value: (highest - before) / megabyte,
    unit: "MB",
    target: { atMost: 32 },
    note: `${Math.round(before / megabyte)} MB before`,
  };
}

interface Sides {
  ours: Times;
  bare: Times;
}

/** The speed relative to the baseline; below 1 is slower. */
const computeRatio = ({ ours, bare }: Sides) => ({
  value: computeMedian(bare) / computeMedian(ours),
  unit: "×" as const,
  note: `${computeMedian(ours).toFixed(0)} ms vs. ${computeMedian(bare).toFixed(0)} ms`,
});

const announced = z.object({ id: z.string(), target: z.object({ url: z.string() }) });
const links = z.object({ url: z.string() });
const answered = z.object({ result: z.object({ data: z.unknown() }) });

/** A complete upload: announces it, sends the bytes and creates the file. */
async function upload(world: BenchEnvironment, bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const { workspaceId } = world;
  const input = { workspaceId, name: "large.bin", size: bytes.byteLength };
  const { id, target } = announced.parse(await call(world, "mutation", "file.createUpload", input));
  await put(world.url + target.url, bytes);
  await call(world, "mutation", "file.completeUpload", { id });
  return id;
}

async function call(
  { url, owner }: BenchEnvironment,
  type: "query" | "mutation",
  path: string,
  input: unknown,
): Promise<unknown> {
  const json = JSON.stringify(input);
  const headers = { authorization: `Bearer ${owner.token}`, "content-type": "application/json" };
  const response =
    type === "query"
      ? await fetch(`${url}/trpc/${path}?input=${encodeURIComponent(json)}`, { headers })
      : await fetch(`${url}/trpc/${path}`, { method: "POST", headers, body: json });
  return answered.parse(await response.json()).result.data;
}

async function put(url: string, body: Uint8Array<ArrayBuffer>): Promise<void> {
  const response = await fetch(url, { method: "PUT", body });
  await response.text();
  if (!response.ok) throw new Error(`${response.status} for an upload`);
}

/** The peak memory of a server while `work` runs. */
async function measurePeak(server: Child, work: () => Promise<unknown>): Promise<number> {
  const over = new AbortController();
  const done = work().finally(() => over.abort());
  let highest = 0;
  while (!over.signal.aborted) {
    highest = Math.max(highest, (await server.usage()).rss);
    await delay(20);
  }
  await done;
  return highest;
}
