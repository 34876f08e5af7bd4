import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

const bin = join(import.meta.dirname, "../../../../node_modules/.bin");

const execute = promisify(execFile);

/** Runs a tool to its end. @returns Its standard output. @throws Error with its output, if it fails. */
export async function runTool(
  command: string,
  args: readonly string[],
  cwd: string,
  environment: NodeJS.ProcessEnv = {},
): Promise<string> {
  const env = { ...process.env, PATH: `${bin}:${process.env["PATH"]}`, CI: "1", ...environment };
  try {
    return (await execute(command, args, { cwd, env, maxBuffer: 64 * 1024 * 1024 })).stdout;
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string }; // as `execFile` describes
    throw new Error(`${command} ${args.join(" ")}: ${String(error)}\n${stdout}\n${stderr}`, { cause: error });
  }
}
