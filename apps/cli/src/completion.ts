import addTab from "@bomb.sh/tab/commander";
import type { Command } from "commander";

/** `completion`, which prints a script for a shell, and `complete`, which the script runs. Added after all other commands. */
export function addCompletion(program: Command): void {
  addTab(program, { completionCommandName: "completion" });
  const script = program.commands.find((command) => command.name() === "completion");
  script?.description("print a script for completion with Tab");
}
