import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { createClient } from "@mdreader/client";

import { startProcess } from "../../server/test/process.ts";
import { runSeed } from "../test/torture/run.ts";

/** `pnpm torture sync`: what the suite tries with thirty seeds, with a thousand. Those that fail are told. */
const { values } = parseArgs({
  allowPositionals: true,
  options: { seeds: { type: "string", default: "1000" }, first: { type: "string", default: "1" } },
});

const home = await mkdtemp(join(tmpdir(), "mdreader-torture-"));
const server = startProcess({ DATA_DIR: join(home, "data"), LOG_LEVEL: "error" });
try {
  const url = await server.running;
  const client = createClient({ url });
  const password = "correct horse battery staple";
  await client.auth.register.mutate({ email: "ada@example.test", username: "ada", password });
  const first = Number(values.first);
  const seeds = Array.from({ length: Number(values.seeds) }, (_, index) => first + index);
  const failed: number[] = [];
  for (const seed of seeds) {
    try {
      await runSeed({ client, url, home }, seed);
    } catch (error) {
      failed.push(seed);
      console.error(error);
    }
    if (seed % 50 === 0) console.log(`sync: seed ${seed}, ${failed.length} failed`);
  }
  await client.close();
  console.log("sync", { seeds: seeds.length, failed });
  process.exitCode = failed.length === 0 ? 0 : 1;
} finally {
  server.child.kill();
  await server.ended;
  await rm(home, { recursive: true, force: true });
}
