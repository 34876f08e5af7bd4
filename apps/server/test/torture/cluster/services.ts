import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { type Cluster, openCluster } from "@mdreader/db/embedded";
import { openProxy, type Proxy } from "@mdreader/db/testing/proxy";

import { findFreePort, type ServerProcess, startProcess } from "../../process.ts";

/** Two servers with one Postgres and one Redis, and proxies on the lines that can be cut. */
export interface Services extends AsyncDisposable {
  /** The direct address of Postgres, unaffected by faults. */
  databaseUrl: string;
  /** Between the servers and Postgres. */
  databaseLine: Proxy;
  /** Between the clients and the servers. */
  clientLines: readonly Proxy[];
  nodes: readonly Node[];
  redis: RedisProcess;
  restartPostgres(): Promise<void>;
}

/** A server at one address across its restarts. */
export interface Node {
  url: string;
  /** The number of times it ended unexpectedly. */
  readonly stops: number;
  kill(): Promise<void>;
  roll(): Promise<void>;
  stop(): Promise<void>;
}

export interface RedisProcess {
  url: string;
  freeze(): void;
  thaw(): void;
  kill(): Promise<void>;
  start(): Promise<void>;
}

type Note = (line: string) => void;

export async function startServices(note: Note): Promise<Services> {
  await using made = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "mdreader-cluster-"));
  made.defer(() => rm(folder, { recursive: true, force: true }));

  const dataDir = join(folder, "postgres");
  let postgres: Cluster = await openCluster({ dataDir });
  made.defer(() => postgres.close());
  const databaseUrl = postgres.url();
  const databaseLine = made.use(await openProxy(databaseUrl));

  const redis = await startRedis();
  made.defer(() => redis.kill());

  const environment = {
    DATABASE_URL: databaseLine.url,
    REDIS_URL: redis.url,
    DATA_DIR: join(folder, "data"),
    JWT_SECRET: "of the torture, and of nothing else at all",
    LOG_LEVEL: "error",
  };
  const nodes: Node[] = [];
  const clientLines: Proxy[] = [];
  for (let n = 0; n < 2; n += 1) {
    const node = await startNode({ ...environment, APP_PORT: String(await findFreePort()) }, note);
    made.defer(() => node.stop());
    nodes.push(node);
    clientLines.push(made.use(await openProxy(node.url)));
  }

  const all = made.move();
  return {
    databaseUrl,
    databaseLine,
    clientLines,
    nodes,
    redis,
    async restartPostgres() {
      await postgres.close();
      postgres = await openCluster({ dataDir, settings: { port: new URL(databaseUrl).port } });
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

async function startNode(environment: Record<string, string>, note: Note): Promise<Node> {
  let server: ServerProcess;
  let stops = 0;
  let isEnding = false;
  const start = async () => {
    isEnding = false;
    const started = startProcess(environment);
    server = started;
    void reviveAfter(started);
    return started.running;
  };
  /** Restarts the server when it ends unexpectedly, and logs that. */
  const reviveAfter = async (started: ServerProcess) => {
    await started.ended;
    if (server !== started || isEnding) return;
    stops += 1;
    note(`a server stopped unexpectedly: ${started.output}\n${started.logged.slice(-2000)}`);
    await start().catch((error: unknown) => note(String(error)));
  };
  const end = async (signal: "SIGKILL" | "SIGTERM") => {
    isEnding = true;
    server.child.kill(signal);
    await server.ended;
  };
  const url = await start();
  const again = async () => {
    // A server that starts while Postgres is down exits with a message, so it is started again.
    for (;;) {
      try {
        await start();
        return;
      } catch {
        isEnding = true;
        await delay(500);
      }
    }
  };
  return {
    url,
    get stops() {
      return stops;
    },
    async kill() {
      await end("SIGKILL");
      await again();
    },
    async roll() {
      await end("SIGTERM");
      await again();
    },
    stop: () => end("SIGTERM"),
  };
}

async function startRedis(): Promise<RedisProcess> {
  const port = await findFreePort();
  const spawned = () =>
    spawn(
      "redis-server",
      ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
      {
        stdio: "ignore",
      },
    );
  let child = spawned();
  await once(child, "spawn");
  return {
    url: `redis://127.0.0.1:${port}`,
    freeze: () => void child.kill("SIGSTOP"),
    thaw: () => void child.kill("SIGCONT"),
    async kill() {
      child.kill("SIGKILL");
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    },
    async start() {
      child = spawned();
      await once(child, "spawn");
    },
  };
}
