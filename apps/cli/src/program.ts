import { Command, CommanderError } from "commander";

import { exitCodes } from "./failure.ts";
import { createOutput } from "./output.ts";
import { packageVersion } from "./package-version.ts";
import { getTerminal } from "./terminal.ts";

/** Commands that are defined in one module, which is loaded when one of them is named. */
interface CommandGroup {
  heading: string;
  names: readonly string[];
  load(): Promise<(program: Command) => void>;
}

/** In the order of the help. */
const groups: readonly CommandGroup[] = [
  {
    heading: "Account:",
    names: ["register", "login", "logout", "whoami", "profile", "account"],
    load: async () => (await import("./commands/auth.ts")).addAccountCommands,
  },
  {
    heading: "Account:",
    names: ["email-change"],
    load: async () => (await import("./commands/email-change.ts")).addEmailChangeCommands,
  },
  {
    heading: "Account:",
    names: ["passkey"],
    load: async () => (await import("./commands/passkey.ts")).addPasskeyCommands,
  },
  {
    heading: "Account:",
    names: ["api-key"],
    load: async () => (await import("./commands/api-key.ts")).addApiKeyCommands,
  },
  {
    heading: "Workspaces:",
    names: ["workspace", "use"],
    load: async () => (await import("./commands/workspace.ts")).addWorkspaceCommands,
  },
  {
    heading: "Workspaces:",
    names: ["member"],
    load: async () => (await import("./commands/member.ts")).addMemberCommands,
  },
  {
    heading: "Workspaces:",
    names: ["invite", "invitation"],
    load: async () => (await import("./commands/invitation.ts")).addInvitationCommands,
  },
  {
    heading: "Documents:",
    names: ["list", "get", "put", "rename", "move", "delete", "open", "document"],
    load: async () => (await import("./commands/document.ts")).addDocumentCommands,
  },
  {
    heading: "Documents:",
    names: ["search"],
    load: async () => (await import("./commands/search.ts")).addSearchCommand,
  },
  {
    heading: "Documents:",
    names: ["watch", "edit"],
    load: async () => (await import("./commands/collab.ts")).addLiveCommands,
  },
  {
    heading: "Documents:",
    names: ["comment"],
    load: async () => (await import("./commands/comment.ts")).addCommentCommands,
  },
  {
    heading: "Documents:",
    names: ["share"],
    load: async () => (await import("./commands/share.ts")).addShareCommands,
  },
  {
    heading: "History:",
    names: ["history", "show", "diff", "restore", "name", "blame"],
    load: async () => (await import("./commands/version.ts")).addHistoryCommands,
  },
  {
    heading: "Folders and files:",
    names: ["folder"],
    load: async () => (await import("./commands/folder.ts")).addFolderCommands,
  },
  {
    heading: "Folders and files:",
    names: ["file"],
    load: async () => (await import("./commands/file.ts")).addFileCommands,
  },
  {
    heading: "Folders and files:",
    names: ["trash"],
    load: async () => (await import("./commands/trash.ts")).addTrashCommands,
  },
  {
    heading: "On this computer:",
    names: ["sync", "pull", "push", "status"],
    load: async () => (await import("./commands/sync.ts")).addSyncCommands,
  },
  {
    heading: "On this computer:",
    names: ["import", "export"],
    load: async () => (await import("./commands/transfer.ts")).addTransferCommands,
  },
  {
    heading: "Other:",
    names: ["mcp"],
    load: async () => (await import("./commands/mcp.ts")).addMcpCommand,
  },
  {
    heading: "Other:",
    names: ["admin"],
    load: async () => (await import("./commands/admin.ts")).addAdminCommands,
  },
];

/** Runs the command that the arguments name, and sets the exit code of the process. */
export async function run(given: readonly string[]): Promise<void> {
  // The name of `completion` in older versions, which shells may still run at start.
  const args = given[0] === "complete" && given[1] !== "--" ? ["completion", ...given.slice(1)] : given;
  const json = args.includes("--json");
  try {
    const program = await createProgram(json, args);
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (json && error.code === "commander.help") printUsageErrorAsJson("A command is required.");
    getTerminal().setExitCode(error.exitCode === 0 ? exitCodes.done : exitCodes.usage);
  }
}

/** The groups that a command line needs: that of its command, or all for the help and for an unknown command. */
function selectGroups(args: readonly string[]): readonly CommandGroup[] {
  const name = args.find((arg, index) => !arg.startsWith("-") && args[index - 1] !== "--url");
  if (name === undefined) return args.some((arg) => /^(?:-V|--version)$/.test(arg)) ? [] : groups;
  const named = groups.filter(({ names }) => names.includes(name));
  return named.length > 0 ? named : groups;
}

/**
 * @param json Whether usage errors are printed as JSON; they occur before the options are parsed.
 * @param args The command line. Only the commands that it needs are loaded; default: all.
 */
export async function createProgram(json: boolean, args: readonly string[] = []): Promise<Command> {
  const program = new Command("mdreader")
    .description("Read, write and search the Markdown of an MDReader workspace from the command line.")
    .version(packageVersion, "-V, --version", "print the version")
    .option("--json", "print the result or error as JSON to stdout")
    .option("--url <address>", "the server address (default: MDREADER_URL)")
    .helpOption("-h, --help", "show help for a command")
    .helpCommand("help [command]", "show help for a command")
    .configureHelp({ showGlobalOptions: true, sortSubcommands: false })
    .showHelpAfterError("Run with --help to see usage.")
    .exitOverride()
    .addHelpText(
      "after",
      `
A document, folder or file is named by its path, such as "Notes/Plan", or its ID; a workspace by its name or ID.

Environment:
  MDREADER_URL        server address (default: http://127.0.0.1:7001)
  MDREADER_TOKEN      API key to use instead of a session
  MDREADER_WORKSPACE  workspace to use instead of the default one
  NO_COLOR            disables colors

Exit codes: 0 completed; 1 failed; 2 usage error; 3 completed, but some files failed; 130 interrupted.

Examples:
  mdreader register --email ada@example.com --username ada
  mdreader workspace create Handbook
  mdreader use Handbook
  mdreader import ./docs
  mdreader list
  mdreader get "Notes/Plan"
  mdreader search "release checklist"`,
    );
  program.configureOutput({
    writeOut: (text) => getTerminal().stdout.write(text),
    writeErr: (text) => getTerminal().stderr.write(text),
  });
  if (json) program.configureOutput({ writeErr: () => {}, outputError: printUsageErrorAsJson });

  const needed = selectGroups(args);
  for (const { heading, load } of needed) {
    program.commandsGroup(heading);
    (await load())(program);
  }
  if (needed === groups) await (await import("./completion.ts")).addCompletion(program, args);
  return program;
}

function printUsageErrorAsJson(text: string): void {
  const message = text.replace(/^error: /, "").trim();
  createOutput(true).failure({ reason: "USAGE", message, hint: "Run with --help to see usage." });
}
