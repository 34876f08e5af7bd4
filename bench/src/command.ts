import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { z } from "zod";

import { profiling } from "./child.ts";

const main = fileURLToPath(new URL("../../apps/cli/src/main.ts", import.meta.url));
const reporter = new URL("report-resources.ts", import.meta.url).href;

/** The resources used by a command: HTTP requests, their bytes, peak memory in bytes, processor time in microseconds. */
const resources = z.object({
  requests: z.number(),
  receivedBytes: z.number(),
  rss: z.number(),
  cpu: z.number(),
});
export type Resources = z.infer<typeof resources>;

/** The command line of a user, with its own folder for settings. */
export interface CommandLine {
  /** Runs a command to its end. @throws Error if it fails. */
  run(...args: string[]): Promise<Resources & { ms: number }>;
  /** Starts a command that runs until it is stopped. */
  start(...args: string[]): RunningCommand;
}

export interface RunningCommand extends AsyncDisposable {
  resources(): Promise<Resources>;
}

export function createCommandLine(url: string, token: string, home: string): CommandLine {
  const env = {
    PATH: process.env["PATH"] ?? "",
    HOME: home,
    XDG_CONFIG_HOME: join(home, ".config"),
    MDREADER_URL: url,
    MDREADER_TOKEN: token,
  };
  const open = (args: readonly string[], nodeOptions: readonly string[] = []) =>
    fork(main, args, {
      env,
      execArgv: ["--import", reporter, ...nodeOptions],
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
  return {
    async run(...args) {
      const start = performance.now();
      const child = open(args, profiling);
      const [report] = await Promise.all([waitForReport(child), once(child, "exit")]);
      if (child.exitCode !== 0) throw new Error(`${args.join(" ")}: exit code ${child.exitCode}`);
      return { ...report, ms: performance.now() - start };
    },
    start(...args) {
      const child = open(args);
      const exited = once(child, "exit");
      return {
        async resources() {
          child.send("report");
          return waitForReport(child);
        },
        async [Symbol.asyncDispose]() {
          child.kill();
          await exited;
        },
      };
    },
  };
}

async function waitForReport(child: ChildProcess): Promise<Resources> {
  const [message]: unknown[] = await once(child, "message");
  return resources.parse(message);
}
