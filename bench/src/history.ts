import { savedVersion } from "@mdreader/contract";

import { createDocument } from "./editing.ts";
import type { BenchEnvironment } from "./environment.ts";
import type { Measurement } from "./measurement.ts";
import { createRandom } from "./seed-documents.ts";
import { openSocket, type RawSocket } from "./socket.ts";
import { computeMedian, measureTime, type Times } from "./timing.ts";

const fewVersions = 10;
const manyVersions = 1000;
const blamedLines = 5000;

/** The cost of many versions, and of blame. */
export async function* benchHistory(world: BenchEnvironment, effort: number): AsyncGenerator<Measurement> {
  const { url, owner, workspaceId, sql } = world;
  const socket = await openSocket(url, owner.token);
  const random = createRandom(11);
  const lines = Array.from({ length: 200 }, (_, n) => `Line ${n} says ${Math.floor(random() * 1e9)}`);
  const [short, long] = [
    await createSavedDocument(socket, workspaceId, lines, fewVersions),
    await createSavedDocument(socket, workspaceId, lines, manyVersions),
  ];
  const { list, get } = await measureAlternately(socket, short, long, Math.ceil(400 * effort));
  yield { what: "version.list with 1,000 versions, relative to 10", ...computeRatio(list) };
  yield { what: "version.get of the newest of 1,000, relative to 10", ...computeRatio(get) };

  const [kept] = await sql`
    select sum(octet_length(body)) as packed, sum(size) as copied
    from document_versions where document_id = ${long}`;
  yield {
    what: "size of 1,000 versions, relative to 1,000 copies",
    value: Number(kept?.["packed"]) / Number(kept?.["copied"]),
    unit: "×",
    note: `${Math.round(Number(kept?.["packed"]) / 1024)} KB`,
  };

  const text = Array.from({ length: blamedLines }, (_, n) => `Line ${n}`).join("\n");
  const blamed = await createDocument(socket, workspaceId, text);
  for (let n = 0; n < 50; n += 1) {
    const edited = text.replaceAll(new RegExp(`^Line (\\d*${n})$`, "gm"), `Line $1, edited ${n}`);
    await socket.call("mutation", "document.applyText", { id: blamed, baseVersion: 1, text: edited });
  }
  const times: Times = [];
  for (let n = 0; n < 20; n += 1)
    await measureTime(times, () => socket.call("query", "document.blame", { id: blamed, limit: 1000 }));
  yield {
    what: "blame of a document of 5,000 lines",
    value: computeMedian(times),
    unit: "ms",
    target: { atMost: 200 },
  };
  await socket.close();
}

/** Creates a document with the given number of saved versions, each of which changes a line. */
async function createSavedDocument(
  socket: RawSocket,
  workspaceId: string,
  lines: readonly string[],
  versions: number,
): Promise<string> {
  const changed = [...lines];
  const id = await createDocument(socket, workspaceId, changed.join("\n"));
  for (let n = 1; n < versions; n += 1) {
    changed[(n * 37) % changed.length] = `Changed for the ${n}th time`;
    await socket.call("mutation", "document.applyText", { id, baseVersion: n, text: changed.join("\n") });
  }
  return id;
}

interface Sides {
  few: Times;
  many: Times;
}

/** Runs the same reads on both documents alternately. */
async function measureAlternately(socket: RawSocket, short: string, long: string, rounds: number) {
  const list: Sides = { few: [], many: [] };
  const get: Sides = { few: [], many: [] };
  for (let n = 0; n < rounds; n += 1) {
    for (const [side, id, number] of [
      ["few", short, fewVersions],
      ["many", long, manyVersions],
    ] as const) {
      await measureTime(list[side], () =>
        socket.call("query", "document.version.list", { id, limit: fewVersions }),
      );
      const newest = await measureTime(get[side], () =>
        socket.call("query", "document.version.get", { id, number }),
      );
      savedVersion.parse(newest);
    }
  }
  return { list, get };
}

const computeRatio = (sides: Sides) => ({
  value: computeMedian(sides.many) / computeMedian(sides.few),
  unit: "×" as const,
  asked: { atMost: 1.5 },
  note: `${computeMedian(sides.many).toFixed(2)} ms vs. ${computeMedian(sides.few).toFixed(2)} ms`,
});
