import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

import { z } from "zod";

/** The resources used by a process: processor time in microseconds, memory in bytes. */
const usage = z.object({ cpu: z.number(), rss: z.number(), heap: z.number() });
export type Usage = z.infer<typeof usage>;

/** A child process that runs a server script of this folder. */
export interface Child {
  url: string;
  /** The resources used so far. @param tidy Collects garbage first, so that only live memory counts. */
  usage(tidy?: boolean): Promise<Usage>;
  stop(): Promise<void>;
}

/** Starts a script, which calls `runAsChild` when it is ready. */
export async function startChild(script: string, env: Record<string, string>): Promise<Child> {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const child = spawn(process.execPath, ["--expose-gc", ...profiling, path], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const url = z.string().parse(await waitForMessage(child));
  return {
    url,
    async usage(tidy = false) {
      child.send(tidy ? "tidy" : "usage");
      return usage.parse(await waitForMessage(child));
    },
    async stop() {
      child.kill("SIGTERM");
      await once(child, "exit");
    },
  };
}

/** With BENCH_PROFILE=1, every measured server and command writes a CPU profile to this folder. */
export const profiling = process.env["BENCH_PROFILE"] === "1" ? ["--cpu-prof", "--cpu-prof-dir=.bench"] : [];

/** The next message of a child. @throws Error if the child ends instead. */
async function waitForMessage(child: ChildProcess): Promise<unknown> {
  const ended = new AbortController();
  const onExit = () => ended.abort(new Error("a benchmark server has stopped"));
  child.once("exit", onExit);
  try {
    const [message]: unknown[] = await once(child, "message", { signal: ended.signal });
    return message;
  } finally {
    child.off("exit", onExit);
  }
}

/** Called in the child: reports its address, and its resource usage on request. Stops on request or when the parent is gone. */
export function runAsChild(url: string, close: () => Promise<void>): void {
  const stop = () => void close().finally(() => process.exit(0));
  process.on("message", (asked) => {
    // A second collection frees what the finalizers of the first have released.
    if (asked === "tidy") for (let round = 0; round < 2; round += 1) globalThis.gc?.();
    const { user, system } = process.cpuUsage();
    const { rss, heapUsed, external } = process.memoryUsage();
    process.send?.({ cpu: user + system, rss, heap: heapUsed + external } satisfies Usage);
  });
  process.on("SIGTERM", stop);
  // The parent process is gone.
  process.on("disconnect", stop);
  process.send?.(url);
}
