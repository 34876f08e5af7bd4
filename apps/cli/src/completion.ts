import type { Command } from "commander";

/** The command that prints a script for a shell, and the one that the script runs. */
const names = { script: "completion", request: "complete" };

/** Whether a command line needs the completion, and not only its name for the help. */
const isRequested = (args: readonly string[]) =>
  args.some((arg) => arg === names.script || arg === names.request);

/** `completion`, which prints a script for a shell, and `complete`, which the script runs. Added after all other commands. */
export async function addCompletion(program: Command, args: readonly string[]): Promise<void> {
  if (isRequested(args)) {
    const { default: addTab } = await import("@bomb.sh/tab/commander");
    addTab(program, { completionCommandName: names.script });
  } else program.command(names.script).argument("<shell>");
  const script = program.commands.find((command) => command.name() === names.script);
  script?.description("print a script for completion with Tab");
}
