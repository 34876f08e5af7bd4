import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";

import { benchBurst, benchEdits, benchMany } from "./src/editing.ts";
import { benchEncoding } from "./src/encoding.ts";
import { openBenchEnvironment, type BenchEnvironment } from "./src/environment.ts";
import { benchFiles } from "./src/files.ts";
import { benchFolders } from "./src/folders.ts";
import { benchGrowth } from "./src/growth.ts";
import { benchHealth } from "./src/hashing.ts";
import { benchHistory } from "./src/history.ts";
import { benchImport } from "./src/importing.ts";
import { benchList } from "./src/listing.ts";
import { type Measurement, meetsTarget, formatMeasurement } from "./src/measurement.ts";
import { benchOpening } from "./src/opening.ts";
import { benchGet } from "./src/reading.ts";
import { benchFanOut, benchIdle } from "./src/rooms.ts";
import { benchSave } from "./src/saving.ts";
import { benchSearch } from "./src/searching.ts";
import { benchServers } from "./src/servers.ts";
import { benchSync } from "./src/syncing.ts";
import { benchTyping } from "./src/typing.ts";

/** A benchmark. `effort` is 1 for a full run, and less for a shorter one. */
interface Bench {
  title: string;
  run(world: BenchEnvironment, effort: number): AsyncGenerator<Measurement>;
}

/** In order of execution. Benchmarks that need an empty database come first. */
const benches: Record<string, Bench> = {
  edits: { title: "20 users type in a document", run: benchEdits },
  burst: { title: "50 users type in a document, five characters a second each", run: benchBurst },
  typing: { title: "1, 20 and 50 users type in a document, and another one reads", run: benchTyping },
  servers: { title: "20 users edit a document through one server and through two", run: benchServers },
  many: { title: "200 documents are edited concurrently", run: benchMany },
  fanout: { title: "50 users in a room move their cursors 30 times a second", run: benchFanOut },
  idle: { title: "Idle sockets that read presence, ten per document", run: benchIdle },
  opening: { title: "Opening a document with a long, folded log", run: benchOpening },
  history: { title: "A document with 1,000 saved versions, and one of 5,000 lines", run: benchHistory },
  files: { title: "A file of 50 MB, up and down", run: benchFiles },
  health: { title: "Health checks while 20 users sign in", run: benchHealth },
  get: { title: "document.get, 32 calls at once, over 10,000 documents of 2 KB", run: benchGet },
  list: { title: "document.list, 50 of 10,000 documents, 32 calls at once", run: benchList },
  save: { title: "A text of 2 KB saved, 32 calls at once, over 10,000 documents", run: benchSave },
  folders: { title: "A folder of 12,000 documents, deleted and restored", run: benchFolders },
  import: {
    title: "A folder and an archive of texts of 2 KB, imported by the command line",
    run: benchImport,
  },
  search: { title: "document.search in 10,000 documents of 2 KB, 32 calls at once", run: benchSearch },
  growth: {
    title: "A workspace of ten times the size: 100,000 documents, 1,000,000 events",
    run: benchGrowth,
  },
  sync: { title: "A folder and a workspace with 20,000 documents of 2 KB", run: benchSync },
  encoding: { title: "An update over a socket, as base64 in JSON and as bytes", run: benchEncoding },
};

const usage = `pnpm bench [--quick] [NAME ...]

  --quick  a quarter of the work, with less precise results

Benchmarks: ${Object.keys(benches).join(", ")}. Default: all.`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: "boolean", default: false }, help: { type: "boolean", default: false } },
});
const unknown = positionals.filter((name) => !Object.hasOwn(benches, name));
if (values.help || unknown.length > 0) {
  if (unknown.length > 0) console.error(`Unknown benchmark: ${unknown.join(", ")}\n`);
  console.log(usage);
  process.exit(unknown.length > 0 ? 2 : 0);
}

const start = performance.now();
const busy = loadavg()[0] ?? 0;
console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? "unknown"}`);
if (busy > 0.5) {
  console.log(`The machine is busy (load ${busy.toFixed(1)}): trust the ratios, not the absolute values.`);
}

const figures: Measurement[] = [];
{
  await using world = await openBenchEnvironment();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(
      signal,
      () => void Promise.resolve(world[Symbol.asyncDispose]()).finally(() => process.exit(1)),
    );
  }
  for (const [name, { title, run }] of Object.entries(benches)) {
    if (positionals.length > 0 && !positionals.includes(name)) continue;
    console.log(`\n${title}  (${name})`);
    for await (const figure of run(world, values.quick ? 0.25 : 1)) {
      figures.push(figure);
      console.log(formatMeasurement(figure));
    }
  }
}
const asked = figures.filter((figure) => meetsTarget(figure) !== null);
const met = asked.filter((figure) => meetsTarget(figure) === true);
console.log(
  `\n${met.length} of ${asked.length} targets met in ${((performance.now() - start) / 1000).toFixed(0)} s`,
);
