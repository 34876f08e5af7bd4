import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { buffer, text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

import type { FailureReport } from "../src/failure.ts";
import { run as runCommand } from "../src/program.ts";
import { withTerminal } from "../src/terminal.ts";
import { type Files, writeFolder } from "./folder.ts";

export const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));

/** The outcome of a command. */
export interface Outcome {
  code: number | null;
  stdout: Buffer;
  stderr: string;
  /** The error printed as JSON. */
  error(): FailureReport;
}

export interface RunOptions {
  stdin?: string | Buffer;
  env?: Record<string, string>;
}

/** A running command. */
export interface Running extends AsyncDisposable {
  /** The complete lines written to stdout so far. */
  lines(): string[];
  /** The output to stderr so far. */
  errors(): string;
  /** Whether the process has exited. */
  hasEnded(): boolean;
  /** Kills the process without cleanup, like a power failure. */
  kill(): Promise<void>;
}

/** A user's machine. */
export interface Machine extends AsyncDisposable {
  /** The user's home folder. */
  readonly home: string;
  /** Creates a folder with files in it. Returns its path. */
  createFolder(files?: Files): Promise<string>;
  /** Runs a command: as a separate process, or in this one, as the machine was created. */
  run(args: readonly string[], options?: RunOptions): Promise<Outcome>;
  /**
   * Runs a command in a terminal, using Linux' `script`, and answers its prompts.
   * @param dialog A part of each prompt, and the answer.
   */
  runOnTerminal(
    args: readonly string[],
    ...dialog: (readonly [question: string, answer: string])[]
  ): Promise<{ code: number | null; said: string }>;
  /** Starts a command that runs until it is stopped. */
  start(args: readonly string[]): Running;
  /** Starts a command with an IPC channel. @param nodeOptions Options of Node.js. */
  fork(args: readonly string[], nodeOptions: readonly string[]): ChildProcess;
  /** Runs a command like `run` that must succeed. Returns its output. */
  text(args: readonly string[], options?: RunOptions): Promise<string>;
  /** Runs a command like `text` with `--json`. Returns the parsed output. */
  json<Value>(args: readonly string[], options?: RunOptions): Promise<Value>;
  /** Changes the tokens stored on the machine. */
  changeTokens(change: Record<string, unknown>): Promise<void>;
  /** The names of the session files on the machine. */
  sessionFiles(): Promise<string[]>;
}

export interface MachineOptions {
  /**
   * Whether each command runs as a separate process, which takes most of the time of a test. Otherwise, commands run in this
   * process, with streams and an environment of their own.
   */
  separate?: boolean;
}

export async function createMachine(url: string, { separate = true }: MachineOptions = {}): Promise<Machine> {
  const home = await mkdtemp(join(tmpdir(), "mdreader-cli-"));
  const config = join(home, ".config");
  const sessions = join(config, "mdreader", "sessions");
  const surroundings = {
    PATH: process.env["PATH"] ?? "",
    NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"] ?? join(tmpdir(), "node-compile-cache"),
    HOME: home,
    XDG_CONFIG_HOME: config,
    MDREADER_URL: url,
  };

  async function runHere(
    args: readonly string[],
    { stdin = "", env = {} }: RunOptions = {},
  ): Promise<Outcome> {
    const stdout = new PassThrough();
    const stderr = new PassThrough();
    const printed = buffer(stdout);
    const said = text(stderr);
    let code = 0;
    const terminal = {
      stdin: Readable.from([Buffer.from(stdin)]),
      stdout,
      stderr,
      env: { ...surroundings, ...env },
      workingFolder: home,
      setExitCode: (value: number) => void (code = value),
    };
    await withTerminal(terminal, () => runCommand(args));
    stdout.end();
    stderr.end();
    return createOutcome(code, await printed, await said);
  }

  async function runSeparately(
    args: readonly string[],
    { stdin = "", env = {} }: RunOptions = {},
  ): Promise<Outcome> {
    const child = spawn(process.execPath, [main, ...args], { cwd: home, env: { ...surroundings, ...env } });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    child.stdin.end(stdin);
    const code = await new Promise<number | null>((resolve) => {
      child.on("close", resolve);
    });
    return createOutcome(code, Buffer.concat(stdout), Buffer.concat(stderr).toString());
  }

  const run = separate ? runSeparately : runHere;

  function start(args: readonly string[]): Running {
    const child = spawn(process.execPath, [main, ...args], { cwd: home, env: surroundings });
    const exited = once(child, "exit");
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (part: string) => {
      stdout += part;
    });
    child.stderr.setEncoding("utf8").on("data", (part: string) => {
      stderr += part;
    });
    return {
      lines: () => stdout.split("\n").slice(0, -1),
      errors: () => stderr,
      hasEnded: () => child.exitCode !== null || child.signalCode !== null,
      async kill() {
        child.kill("SIGKILL");
        await exited;
      },
      async [Symbol.asyncDispose]() {
        child.kill();
        await exited;
      },
    };
  }

  async function runOnTerminal(
    args: readonly string[],
    ...dialog: (readonly [question: string, answer: string])[]
  ) {
    const quoted = [process.execPath, main, ...args].map(
      (word) => `'${word.replaceAll("'", String.raw`'\''`)}'`,
    );
    const options = ["--quiet", "--return", "--command", quoted.join(" "), "/dev/null"];
    const child = spawn("script", options, { cwd: home, env: surroundings });
    let said = "";
    let answeredUntil = 0;
    const left = [...dialog];
    child.stdout.setEncoding("utf8").on("data", (part: string) => {
      said += part;
      const [next] = left;
      if (next === undefined || !said.slice(answeredUntil).includes(next[0])) return;
      answeredUntil = said.length;
      left.shift();
      child.stdin.write(`${next[1]}\r`);
    });
    await once(child, "close");
    return { code: child.exitCode, said };
  }

  async function runText(args: readonly string[], options?: RunOptions): Promise<string> {
    const { code, stdout, stderr } = await run(args, options);
    if (code !== 0) throw new Error(`${args.join(" ")}: ${stdout.toString()}${stderr}`);
    return stdout.toString();
  }

  return {
    home,
    async createFolder(files = {}) {
      const path = join(home, crypto.randomUUID());
      await mkdir(path);
      await writeFolder(path, files);
      return path;
    },
    run,
    runOnTerminal,
    start,
    fork: (args, nodeOptions) =>
      fork(main, args, { cwd: home, env: surroundings, execArgv: [...nodeOptions], silent: true }),
    text: runText,
    json: async (args, options) => JSON.parse(await runText([...args, "--json"], options)),
    async changeTokens(change) {
      const [name = ""] = await readdir(sessions);
      const path = join(sessions, name);
      await writeFile(path, JSON.stringify({ ...JSON.parse(await readFile(path, "utf8")), ...change }));
    },
    sessionFiles: () => readdir(sessions),
    [Symbol.asyncDispose]: () => rm(home, { recursive: true, force: true }),
  };
}

const createOutcome = (code: number | null, stdout: Buffer, stderr: string): Outcome => ({
  code,
  stdout,
  stderr,
  error: () => JSON.parse(stdout.toString()).error,
});
