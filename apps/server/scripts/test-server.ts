import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";

import { openTemporaryCluster } from "@mdreader/db/testing/temporary-cluster";

import { defaultLimits } from "../src/adapters/rate-limits.ts";
import { type Environment, parseConfig, startServer } from "../src/index.ts";
import { StartError } from "../src/start-error.ts";

/**
 * The server for tests of other programs, which `@mdreader/testing` forks with its settings as JSON. It has a PostgreSQL
 * of its own, fast password hashes and high limits on attempts, sends its address to its parent, and ends with it.
 */

// A terminal sends its signals to all of its processes. The parent decides when the server ends.
process.on("SIGINT", () => {});
const disconnected = once(process, "disconnect");

/** Enough for any test. */
const maxAttempts = 1_000_000;
const limits = Object.fromEntries(
  Object.entries(defaultLimits).map(([name, limit]) => [name, { ...limit, points: maxAttempts }]),
);

try {
  const settings = JSON.parse(process.argv[2] ?? "{}") as Environment; // what `startTestServer` passes
  const JWT_SECRET = randomBytes(32).toString("hex");
  // Invalid settings are reported before anything is started.
  await parseConfig({ JWT_SECRET, ...settings });
  await using cluster = await openTemporaryCluster();
  const config = await parseConfig({
    APP_PORT: "0",
    DATABASE_POOL_SIZE: "10",
    DATABASE_URL: cluster.url(),
    DATA_DIR: join(cluster.folder, "files"),
    JWT_SECRET,
    LOG_LEVEL: "warn",
    ...settings,
  });
  await using server = await startServer(config, {
    limits,
    graceMs: 1000,
    passwordHashing: { memoryKib: 1024, passes: 1 },
  });
  process.send?.({ url: server.url });
  await disconnected;
} catch (error) {
  process.stderr.write(`${error instanceof StartError ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
// The channel to the parent keeps a process alive whose server could not start.
if (process.connected) process.disconnect();
