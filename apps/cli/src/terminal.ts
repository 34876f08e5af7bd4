import { AsyncLocalStorage } from "node:async_hooks";

/** The streams that a command reads and writes. */
export interface Terminal {
  stdin: NodeJS.ReadableStream & { isTTY?: boolean };
  stdout: NodeJS.WritableStream & { isTTY?: boolean; columns?: number };
  stderr: NodeJS.WritableStream & { isTTY?: boolean; columns?: number };
  env: Readonly<Record<string, string | undefined>>;
  /** The folder that paths are relative to. */
  workingFolder: string;
  setExitCode(code: number): void;
}

const terminals = new AsyncLocalStorage<Terminal>();

/** The terminal of the running command: that of the process, unless `withTerminal` sets another one. */
export const getTerminal = (): Terminal => terminals.getStore() ?? getProcessTerminal();

function getProcessTerminal(): Terminal {
  const { stdin, stdout, stderr, env } = process;
  return {
    stdin,
    stdout,
    stderr,
    env,
    workingFolder: process.cwd(),
    setExitCode(code) {
      process.exitCode = code;
    },
  };
}

/** Runs commands in another terminal, so that a process can run several. */
export const withTerminal = <Result>(terminal: Terminal, work: () => Result): Result =>
  terminals.run(terminal, work);
