import addCompletion from "@bomb.sh/tab/commander";
import { Command, CommanderError } from "commander";

import { addAdminCommands } from "./commands/admin.ts";
import { addAccountCommands } from "./commands/auth.ts";
import { addLiveCommands } from "./commands/collab.ts";
import { addCommentCommands } from "./commands/comment.ts";
import { addDocumentCommands } from "./commands/document.ts";
import { addMcpCommand } from "./commands/mcp.ts";
import { addSearchCommand } from "./commands/search.ts";
import { addShareCommands } from "./commands/share.ts";
import { addSyncCommands } from "./commands/sync.ts";
import { addTransferCommands } from "./commands/transfer.ts";
import { addHistoryCommands } from "./commands/version.ts";
import { addWorkspaceCommands } from "./commands/workspace.ts";
import { exitCodes } from "./failure.ts";
import { createOutput } from "./output.ts";

/** Runs the command that the arguments name, and sets the exit code of the process. */
export async function run(args: readonly string[]): Promise<void> {
  const json = args.includes("--json");
  try {
    await createProgram(json).parseAsync(args, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (json && error.code === "commander.help") printUsageErrorAsJson("A command is required.");
    process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  }
}

/** @param json Whether usage errors are printed as JSON; they occur before the options are parsed. */
export function createProgram(json: boolean): Command {
  const program = new Command("mdreader")
    .description("Read, write and search the Markdown of an MDReader workspace from the command line.")
    .option("--json", "print the result or error as JSON to stdout")
    .option("--url <address>", "the server address (default: MDREADER_URL)")
    .configureHelp({ showGlobalOptions: true, sortSubcommands: false })
    .helpCommand(false)
    .showHelpAfterError("Run with --help to see usage.")
    .exitOverride()
    .addHelpText(
      "after",
      `
Environment:
  MDREADER_URL    server address (default: http://127.0.0.1:7001)
  MDREADER_TOKEN  API key to use instead of a session
  NO_COLOR        disables colors

Exit codes: 0 completed, 1 failed, 2 usage error, 3 completed, but some files failed, 130 interrupted.

Examples:
  mdreader register --email ada@example.com --username ada
  mdreader workspace create Handbook
  mdreader import ./docs --workspace 0190c1f6-…
  mdreader search "release checklist" --workspace 0190c1f6-…`,
    );
  if (json) program.configureOutput({ writeErr: () => {}, outputError: printUsageErrorAsJson });

  addAccountCommands(program);
  addWorkspaceCommands(program);
  addDocumentCommands(program);
  addLiveCommands(program);
  addHistoryCommands(program);
  addCommentCommands(program);
  addShareCommands(program);
  addTransferCommands(program);
  addSyncCommands(program);
  addSearchCommand(program);
  addMcpCommand(program);
  addAdminCommands(program);
  addCompletion(program);
  return program;
}

function printUsageErrorAsJson(text: string): void {
  const message = text.replace(/^error: /, "").trim();
  createOutput(true).failure({ reason: "USAGE", message, hint: "Run with --help to see usage." });
}
