import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { startProcess } from "../../server/test/process.ts";
import { runSeed, type SeedOptions } from "../test/torture/run.ts";
import { createMachineUser } from "../test/user.ts";

/**
 * `pnpm torture sync`: runs a thousand seeds instead of the suite's thirty, and prints those that fail. `--first N --seeds 1`
 * repeats a seed, and `--trace` prints each step. With `--kill`, each sync runs in a separate process, and many are killed by
 * SIGKILL.
 */
const { values } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: "string", default: "1000" },
    first: { type: "string", default: "1" },
    kill: { type: "boolean", default: false },
    trace: { type: "boolean", default: false },
  },
});
const options: SeedOptions = {
  runsIn: values.kill ? "own processes" : "this process",
  trace: (line) => values.trace && console.log(line),
};

const home = await mkdtemp(join(tmpdir(), "mdreader-torture-"));
const server = startProcess({ DATA_DIR: join(home, "data"), LOG_LEVEL: "error" });
try {
  const url = await server.running;
  await using user = await createMachineUser(url);
  const first = Number(values.first);
  const seeds = Array.from({ length: Number(values.seeds) }, (_, index) => first + index);
  const failed: number[] = [];
  for (const seed of seeds) {
    try {
      await runSeed({ ...user, url }, seed, options);
    } catch (error) {
      failed.push(seed);
      console.error(error);
    }
    if (seed % 50 === 0) console.log(`sync: seed ${seed}, ${failed.length} failed`);
  }
  console.log("sync", { seeds: seeds.length, failed });
  process.exitCode = failed.length === 0 ? 0 : 1;
} finally {
  server.child.kill();
  await server.ended;
  await rm(home, { recursive: true, force: true });
}
