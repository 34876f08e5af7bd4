import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { connect, migrate } from "@mdreader/db";
import { openCluster } from "@mdreader/db/embedded";

import { type ClusterReport, stressCluster } from "../test/torture/cluster/cluster.ts";
import { termination } from "../test/torture/cluster/faults.ts";
import { stressCrashes } from "../test/torture/crashes.ts";
import { hostileRequests, sendHostileRequests, formatTable } from "../test/torture/requests.ts";
import { runSchedules, traceSchedule, getDefaultWorkers } from "../test/torture/schedules.ts";
import { stressSlowReader } from "../test/torture/slow-reader.ts";
import { runSoak } from "../test/torture/soak.ts";
import { stallLine } from "../test/torture/stalled-line.ts";
import { checkUpgrade } from "../test/torture/upgrade.ts";

/**
 * `pnpm torture`: long versions of the stress tests, with many users and repetitions, on an embedded PostgreSQL with durable
 * writes.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    clients: { type: "string", default: "50" },
    kills: { type: "string", default: "20" },
    signal: { type: "string", default: "SIGKILL" },
    minutes: { type: "string" },
    people: { type: "string" },
    count: { type: "string", default: "20000" },
    seed: { type: "string", default: "1" },
    trace: { type: "boolean", default: false },
    from: { type: "string", default: "eb990b4" },
    workers: { type: "string" },
    only: { type: "string", default: "" },
  },
});

await using made = new AsyncDisposableStack();
async function createEnvironment() {
  const folder = await mkdtemp(join(tmpdir(), "mdreader-torture-"));
  made.defer(() => rm(folder, { recursive: true, force: true }));
  return { DATA_DIR: join(folder, "data"), LOG_LEVEL: "error" };
}

const note = (line: string) => console.log(line);
const readMinutes = (defaultCount: number) => Number(values.minutes ?? defaultCount);
const readPeople = (defaultCount: number) => Number(values.people ?? defaultCount);

/** Prints the table of faults. The process fails if there are problems. */
function printFaults({ faults, ...rest }: ClusterReport): object {
  console.table(faults);
  if (rest.problems.length > 0) process.exitCode = 1;
  return rest;
}

/**
 * Creates databases without crash safety, which no schedule needs. Background work such as autovacuum is off, so that schedules
 * are reproducible.
 */
async function createDatabases(count: number): Promise<string[]> {
  const { DATA_DIR: dataDir } = await createEnvironment();
  const settings = { fsync: "off", synchronous_commit: "off", full_page_writes: "off", autovacuum: "off" };
  const cluster = await openCluster({ dataDir, settings });
  made.defer(() => cluster.close());
  const names = Array.from({ length: count }, (_, n) => `schedules_${n}`);
  const { sql, close } = connect(cluster.url(), { poolSize: 1 });
  for (const name of names) await sql.unsafe(`create database ${name}`);
  await close();
  for (const name of names) await migrate(cluster.url(name));
  return names.map((name) => cluster.url(name));
}

const tests: Record<string, () => Promise<object>> = {
  crashes: async () =>
    stressCrashes({
      clients: Number(values.clients),
      kills: Number(values.kills),
      signal: values.signal === "SIGTERM" ? "SIGTERM" : "SIGKILL",
      environment: await createEnvironment(),
      note,
    }),
  schedules: async () => {
    const simulate = values.trace ? traceSchedule : runSchedules;
    const workers = values.trace ? 1 : Number(values.workers ?? getDefaultWorkers());
    return simulate({
      urls: await createDatabases(Math.min(workers, Number(values.count))),
      seed: Number(values.seed),
      count: Number(values.count),
      note,
    });
  },
  "slow-reader": async () => stressSlowReader(await createEnvironment()),
  "stalled-line": async () => stallLine(note),
  cluster: async () =>
    printFaults(await stressCluster({ minutes: readMinutes(5), people: readPeople(24), documents: 6, note })),
  terminate: async () =>
    printFaults(
      await stressCluster({
        minutes: readMinutes(30),
        people: readPeople(20),
        documents: 5,
        only: termination,
        turns: 25,
        note,
      }),
    ),
  soak: async () =>
    runSoak({
      minutes: readMinutes(30),
      people: readPeople(50),
      environment: await createEnvironment(),
      note,
    }),
  upgrade: async () => {
    const data = await createEnvironment();
    const checkout = join(data.DATA_DIR, "../checkout");
    return checkUpgrade({ commit: values.from, checkout, environment: data, note });
  },
  requests: async () => {
    const all = Object.values(hostileRequests).flat();
    const sent = all.filter(({ name }) => name.includes(values.only));
    const { outcomes, isAlive } = await sendHostileRequests(await createEnvironment(), sent, ({ name }) =>
      note(name),
    );
    console.log(formatTable(outcomes));
    return { isAlive };
  },
};

const chosen = positionals.length === 0 ? ["crashes", "slow-reader"] : positionals;
const unknown = chosen.filter((name) => !Object.hasOwn(tests, name));
if (unknown.length > 0) {
  console.error(`Unknown test: ${unknown.join(", ")}. Available: ${Object.keys(tests).join(", ")}.`);
  process.exit(2);
}
for (const [name, run] of Object.entries(tests)) {
  if (!chosen.includes(name)) continue;
  const report = await run();
  console.log(name, report);
  if ("failed" in report && Array.isArray(report.failed) && report.failed.length > 0) process.exitCode = 1;
}
