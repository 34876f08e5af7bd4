import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { createServerDatabase } from "../../server/test/serve.ts";

const main = fileURLToPath(new URL("../../server/src/main.ts", import.meta.url));

/** The real server as a child process that can be killed and restarted at the same address. */
export interface ChildServer extends AsyncDisposable {
  url: string;
  /** The settings for another server on the same database and files. */
  environment: Record<string, string>;
  /** Kills the process without cleanup, like a power failure. */
  kill(): Promise<void>;
  start(): Promise<void>;
}

export async function startChildServer(): Promise<ChildServer> {
  await using made = new AsyncDisposableStack();
  const database = made.use(await createServerDatabase());
  const dataDir = await mkdtemp(join(tmpdir(), "mdreader-child-"));
  made.defer(() => rm(dataDir, { recursive: true, force: true }));
  const env = {
    PATH: process.env["PATH"] ?? "",
    NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"] ?? join(tmpdir(), "node-compile-cache"),
    APP_HOST: "127.0.0.1",
    APP_PORT: "0",
    DATA_DIR: dataDir,
    DATABASE_URL: database.url,
    JWT_SECRET: randomBytes(32).toString("hex"),
    LOG_LEVEL: "error",
  };
  let child: ChildProcess | null = null;

  async function start(): Promise<void> {
    const started = spawn(process.execPath, [main], { env, stdio: ["ignore", "inherit", "pipe"] });
    child = started;
    let said = "";
    await new Promise<void>((resolve, reject) => {
      started.stderr.on("data", (chunk: Buffer) => {
        said += chunk.toString();
        const url = /is running at (\S+)/.exec(said)?.[1];
        if (url === undefined) return;
        // A restarted server listens at the same address.
        env.APP_PORT = new URL(url).port;
        resolve();
      });
      started.once("exit", () => reject(new Error(`the server did not start: ${said}`)));
    });
  }

  async function kill(): Promise<void> {
    const killed = child;
    child = null;
    if (killed === null || killed.exitCode !== null) return;
    const exited = once(killed, "exit");
    killed.kill("SIGKILL");
    await exited;
  }

  made.defer(kill);
  await start();
  const all = made.move();
  return {
    url: `http://127.0.0.1:${env.APP_PORT}`,
    environment: env,
    start,
    kill,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}
