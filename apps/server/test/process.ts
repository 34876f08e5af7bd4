import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import type { Environment } from "../src/config.ts";

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));

/** The server in a separate process, started with its real entry file. */
export interface ServerProcess {
  child: ChildProcess;
  /** Its standard output so far. */
  readonly output: string;
  /** Its log so far. */
  readonly logged: string;
  /** Resolves with its address when it runs. Rejects with its output if it ends before that. */
  running: Promise<string>;
  /** Its exit code; null if it was ended by a signal. */
  ended: Promise<number | null>;
}

/** The path of programs, and Node's compile cache. */
const inheritedEnvironment = () => ({
  PATH: process.env["PATH"],
  HOME: process.env["HOME"],
  NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"] ?? join(tmpdir(), "node-compile-cache"),
});

/**
 * @param environment Its settings. Only the path of programs is inherited from the test's own environment.
 * @param nodeOptions Command-line options of Node.
 * @param entry The entry file of the server: another checkout's, to write data with an earlier version.
 */
export function startProcess(
  environment: Environment,
  nodeOptions: readonly string[] = [],
  entry: string = main,
): ServerProcess {
  const child = spawn(process.execPath, [...nodeOptions, entry], {
    env: { ...inheritedEnvironment(), APP_PORT: "0", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  let logged = "";
  const running = Promise.withResolvers<string>();
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    const url = /MDReader is running at (\S+)/.exec(output)?.[1];
    if (url !== undefined) running.resolve(url);
  });
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    logged += text;
  });
  const ended = once(child, "close").then(() => {
    running.reject(new Error(`the server ended: ${output}`));
    return child.exitCode;
  });
  running.promise.catch(() => {});
  return {
    child,
    running: running.promise,
    ended,
    get output() {
      return output;
    },
    get logged() {
      return logged;
    },
  };
}

/**
 * Runs a script of the server to its end.
 * @returns Its standard output.
 * @throws Error with its standard error if it fails.
 */
export async function runScript(
  name: "admin" | "backup" | "restore",
  environment: Environment,
  ...args: string[]
): Promise<string> {
  const script = fileURLToPath(new URL(`../scripts/${name}.ts`, import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script, ...args], {
    env: { ...inheritedEnvironment(), ...environment },
  });
  return stdout;
}

/** Finds an unused port. */
export async function findFreePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no free port was found");
  return address.port;
}
