import { randomBytes } from "node:crypto";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { catchFailure, type Registered, register } from "../test/calls.ts";
import { findPostmaster, findProcesses } from "../test/postgres.ts";
import { createTemporaryFolder } from "../test/serve.ts";
import { open } from "../test/socket.ts";
import { createLogs } from "./adapters/logger.ts";
import { type RunningServer, startServer } from "./app.ts";
import { parseConfig } from "./config.ts";

/** A server on a separate embedded PostgreSQL, which a test may kill or freeze. */
const made = new AsyncDisposableStack();
let dataDir: string;
let server: RunningServer;
let person: Registered;
beforeAll(async () => {
  dataDir = join(await createTemporaryFolder(made), "data");
  const config = await parseConfig({
    APP_PORT: "0",
    DATA_DIR: dataDir,
    DATABASE_POOL_SIZE: "4",
    JWT_SECRET: randomBytes(32).toString("hex"),
  });
  server = made.use(
    await startServer(config, {
      logs: createLogs("silent"),
      callTimeoutSeconds: 3,
      limits: { register: { points: 1000, durationSeconds: 1 } },
    }),
  );
  person = await register(server);
});
afterAll(() => made.disposeAsync());

const readReadiness = async () => (await fetch(`${server.url}/health/ready`)).status;
const isReady = () => expect.poll(readReadiness, { timeout: 50_000 }).toBe(200);

describe("a database that is killed", () => {
  test("fails calls with 503, which succeed again after recovery without a restart of the server", async () => {
    await isReady();
    process.kill(await findPostmaster(dataDir), "SIGKILL");
    const reasons = new Set<string | undefined>();
    await expect
      .poll(
        async () => {
          const error = await catchFailure(person.api.auth.me.query());
          if (error !== null) reasons.add(error.reason);
          return error;
        },
        { timeout: 50_000 },
      )
      .toBeNull();
    await isReady();
    expect([...reasons].filter((reason) => reason !== "UNAVAILABLE")).toEqual([]);
    // A connection to the killed database may have answered once more.
    await expect.poll(() => catchFailure(register(server)), { timeout: 50_000 }).toBeNull();
  });
});

// Other platforms don't list the processes of a server this way.
describe.runIf(process.platform === "linux")("a database that is frozen (on Linux)", () => {
  test("fails calls with 503 in bounded time, over HTTP and sockets, which succeed again when it resumes", async () => {
    await isReady();
    await using socket = await open(
      { socketUrl: `${server.url.replace("http", "ws")}/ws` },
      person.accessToken,
    );
    await socket.call("query", "auth.me");
    const frozen = await findProcesses(dataDir);
    for (const pid of frozen) process.kill(pid, "SIGSTOP");
    try {
      const answers = await Promise.all([
        ...Array.from({ length: 20 }, () => catchFailure(person.api.auth.me.query())),
        catchFailure(person.api.auth.updateProfile.mutate({ fullName: "Frozen" })),
      ]);
      for (const answer of answers) expect(answer).toMatchObject({ reason: "UNAVAILABLE", httpStatus: 503 });
      expect(await socket.call("query", "auth.me")).toMatchObject({
        error: { data: { reason: "UNAVAILABLE" } },
      });
      expect(await readReadiness()).toBe(503);
      expect((await fetch(`${server.url}/health/live`)).status).toBe(200);
      expect((await fetch(`${server.url}/metrics`)).status).toBe(200);
    } finally {
      for (const pid of frozen) process.kill(pid, "SIGCONT");
    }
    await isReady();
    expect(await person.api.auth.me.query()).toMatchObject({ id: person.user.id });
  });
});

describe("a pool that is exhausted", () => {
  test("fails calls with 503 in bounded time, which succeed again when connections are free", async () => {
    await isReady();
    const { sql } = server.services.database;
    const release = Promise.withResolvers<void>();
    const holders = Array.from({ length: 4 }, () => sql.begin(() => release.promise));
    expect(await catchFailure(person.api.auth.me.query())).toMatchObject({
      reason: "UNAVAILABLE",
      retryAfter: 1,
    });
    expect(await readReadiness()).toBe(503);
    release.resolve();
    await Promise.all(holders);
    expect(await person.api.auth.me.query()).toMatchObject({ id: person.user.id });
    await isReady();
  });
});
