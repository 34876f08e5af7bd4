import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { fastHashing, forbidUndeclaredReasons } from "@mdreader/api/testing";
import { createTestDatabase, type TestDatabase } from "@mdreader/db/testing";
import { inject } from "vitest";

import { createLogs } from "../src/adapters/logger.ts";
import { type Overrides, type RunningServer, startServer } from "../src/app.ts";
import { parseConfig, type Environment } from "../src/config.ts";

/** The real server on its own port and database. */
export interface Served extends AsyncDisposable {
  server: RunningServer;
  url: string;
  /** The address of its WebSockets. */
  socketUrl: string;
  database: TestDatabase;
  /** The folder of its files. */
  uploadDir: string;
  /** The secret that signs its tokens. */
  secret: string;
  /** Its log so far. */
  readonly log: string;
}

export interface ServeOptions extends Overrides {
  /** Settings that override the defaults of tests. */
  env?: Environment;
}

/** Starts a server. Disposing of it fails if a procedure failed for a reason that it does not declare. */
export async function serve({ env = {}, ...overrides }: ServeOptions = {}): Promise<Served> {
  await using made = new AsyncDisposableStack();
  made.use(forbidUndeclaredReasons());
  const dataDir = await createTemporaryFolder(made);
  const database = made.use(await createServerDatabase());
  let log = "";
  const logs = createLogs("debug", { write: (line) => (log += line) });
  const config = await parseConfig({
    APP_PORT: "0",
    DATA_DIR: dataDir,
    DATABASE_URL: database.url,
    DATABASE_POOL_SIZE: "10",
    JWT_SECRET: randomBytes(32).toString("hex"),
    ...env,
  });
  const server = made.use(await startServer(config, { logs, passwordHashing: fastHashing, ...overrides }));
  const all = made.move();
  return {
    server,
    url: server.url,
    socketUrl: `${server.url.replace(/^http/, "ws")}/ws`,
    database,
    uploadDir: config.UPLOAD_DIR,
    secret: config.JWT_SECRET,
    get log() {
      return log;
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

/** Creates a database in which a server has been started before. */
export const createServerDatabase = (): Promise<TestDatabase> =>
  createTestDatabase({ template: inject("serverTemplate") });

/** Creates a folder that the stack removes. */
export async function createTemporaryFolder(stack: AsyncDisposableStack): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "mdreader-server-test-"));
  stack.defer(() => rm(path, { recursive: true, force: true }));
  return path;
}
