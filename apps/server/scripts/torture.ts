import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { crashes } from "../test/torture/crashes.ts";
import { slowReader } from "../test/torture/slow-reader.ts";

/**
 * `pnpm torture`: what the suite tries with a few people and once, with many and again and again, on an embedded
 * PostgreSQL that keeps what it says it keeps.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    clients: { type: "string", default: "50" },
    kills: { type: "string", default: "20" },
    signal: { type: "string", default: "SIGKILL" },
  },
});

await using made = new AsyncDisposableStack();
async function environment() {
  const folder = await mkdtemp(join(tmpdir(), "mdreader-torture-"));
  made.defer(() => rm(folder, { recursive: true, force: true }));
  return { DATA_DIR: join(folder, "data"), LOG_LEVEL: "error" };
}

const trials: Record<string, () => Promise<object>> = {
  crashes: async () =>
    crashes({
      clients: Number(values.clients),
      kills: Number(values.kills),
      signal: values.signal === "SIGTERM" ? "SIGTERM" : "SIGKILL",
      environment: await environment(),
      note: (line) => console.log(line),
    }),
  "slow-reader": async () => slowReader(await environment()),
};

const chosen = positionals.length === 0 ? Object.keys(trials) : positionals;
const unknown = chosen.filter((name) => !Object.hasOwn(trials, name));
if (unknown.length > 0) {
  console.error(`There is no trial ${unknown.join(", ")}. There are: ${Object.keys(trials).join(", ")}.`);
  process.exit(2);
}
for (const [name, run] of Object.entries(trials)) {
  if (!chosen.includes(name)) continue;
  console.log(name, await run());
}
