import { once } from "node:events";

import { exitCodes } from "../../src/failure.ts";
import type { Machine } from "../command-line.ts";
import type { Interruptions } from "./interrupted.ts";

/**
 * Runs a command as a separate process, with interruptions between its calls and file operations. A kill uses `SIGKILL`.
 * @throws Error if the command fails without being killed.
 */
export async function runInterrupted(
  machine: Machine,
  args: readonly string[],
  { acts, killedAfter, trace }: Interruptions,
): Promise<void> {
  const child = machine.fork(args, ["--import", import.meta.resolve("./report-steps.ts")]);
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
  }
  const exited = once(child, "close");
  let steps = 0;
  let isKilled = false;
  let turn = Promise.resolve();
  async function answerStep(name: string): Promise<void> {
    steps += 1;
    trace(`${steps} ${name}`);
    await acts.get(steps)?.();
    if (killedAfter !== null && steps > killedAfter) {
      isKilled = true;
      child.kill("SIGKILL");
      return;
    }
    child.send("go on", () => {}); // the process may have exited
  }
  child.on("message", (step) => {
    turn = turn.then(() => answerStep(JSON.stringify(step)));
  });
  await exited;
  await turn;
  const { exitCode } = child;
  if (!isKilled && exitCode !== exitCodes.done && exitCode !== exitCodes.partly) {
    throw new Error(`${args.join(" ")} ended with ${exitCode}: ${said}`);
  }
}
