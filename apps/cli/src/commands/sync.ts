import { Argument, type Command } from "commander";

import { type Cli, defineAction } from "../cli.ts";
import { describeError, toExitCode, exitCodes, Failure } from "../failure.ts";
import { createProgress } from "../progress.ts";
import { ask, isInteractive } from "../prompt.ts";
import { type Deletions, formatDeletions } from "../sync/deletion-guard.ts";
import { formatPlan } from "../sync/format-plan.ts";
import { openPair, assertFolderExists } from "../sync/open-pair.ts";
import type { Direction } from "../sync/plan.ts";
import { formatReport } from "../sync/report.ts";
import { planSync, synchronize, tooManyDeletionsFailure } from "../sync/sync-pass.ts";
import { watchFolder } from "../sync/watch-folder.ts";

interface PairOptions {
  workspace?: string;
  folder?: string;
  includeHidden?: boolean;
}

interface SyncOptions extends PairOptions {
  force?: boolean;
  watch?: boolean;
}

const forceHelp = "delete also where that is much: more than ten files, or a third of them";

/** `sync`, `pull`, `push` and `status`. */
export function addSyncCommands(program: Command): void {
  const sync = addCommand(
    program,
    "sync",
    "make a folder of Markdown and a workspace alike, and merge what both have changed",
    `
The first time, name the workspace; from then on .mdreader.json in the folder knows it. Changes of either side go to the
other: texts, new files, deletions, other names and folders. What both sides changed in one file is merged, from the text
that both had last; where it is the same lines, both changes are kept and the place is listed. A deletion never takes along
what the other side has written since. Bytes stay as they are. Left out on both sides, and listed: folders of version
control, dependencies, known secrets, hidden files, and what .mdreaderignore in the folder says, written as a .gitignore.
What comes back while the trash has it is restored. More than ten deletions, or a third of the files, are not made without
a question, or --force.
Exit code 3: some files could not be taken; they are listed, and the rest is alike.

Examples:
  mdreader sync ./docs --workspace 0190c1f6-…
  mdreader sync ./docs
  mdreader sync ./docs --watch`,
  )
    .option("--watch", "go on, and react to what changes on either side, until you stop it")
    .option("--force", forceHelp);
  defineAction<SyncOptions>(sync, (cli, options, dir) =>
    options.watch === true ? watchPairOption(cli, options, dir) : syncOnce(cli, options, dir, "both"),
  );

  const pull = addCommand(
    program,
    "pull",
    "bring what has changed in the workspace into the folder, and send nothing",
    `
Files that you have changed stay as they are until you push or sync.

Examples:
  mdreader pull ./docs --workspace 0190c1f6-…
  mdreader pull ./docs`,
  ).option("--force", forceHelp);
  defineAction<SyncOptions>(pull, (cli, options, dir) => syncOnce(cli, options, dir, "here"));

  const push = addCommand(
    program,
    "push",
    "send what has changed in the folder, merged into what has become of it there",
    `
Examples:
  mdreader push ./docs
  mdreader push ./docs --json | jq .conflicts`,
  ).option("--force", forceHelp);
  defineAction<SyncOptions>(push, (cli, options, dir) => syncOnce(cli, options, dir, "there"));

  const status = addCommand(
    program,
    "status",
    "say what sync would do, and do nothing",
    `
Examples:
  mdreader status ./docs`,
  );
  defineAction<PairOptions>(status, async (cli, options, dir) => {
    const pair = await openPair(cli, cli.path(dir), options);
    const { steps, problems } = await planSync(pair, "both");
    cli.output.result({ steps, problems }, () => formatPlan(steps, problems));
  });
}

function addCommand(program: Command, name: string, description: string, help: string): Command {
  return program
    .command(name)
    .addArgument(new Argument("[dir]", "the folder").default("."))
    .description(description)
    .option("--workspace <id>", "the workspace, the first time")
    .option("--folder <id>", "only this folder of it")
    .option("--include-hidden", "take hidden files and folders along, too; secrets never are")
    .addHelpText("after", help);
}

async function syncOnce(
  cli: Cli,
  { force = false, ...options }: SyncOptions,
  dir: string,
  direction: Direction,
): Promise<number> {
  const pair = await openPair(cli, cli.path(dir), options);
  if (!force) assertFolderExists(pair);
  const progress = createProgress("Synchronizing", cli.output.json);
  const mayDelete = force
    ? () => Promise.resolve(true)
    : (deletions: Deletions) => confirmDeletions(cli, deletions);
  const { report, stoppedBy } = await synchronize(pair, { direction, progress, mayDelete });
  if (stoppedBy !== null) {
    const failure = describeError(stoppedBy, { url: cli.url, usesToken: cli.usesToken });
    cli.output.note(formatReport(report));
    cli.output.failure(failure, { report });
    return toExitCode(failure);
  }
  cli.output.result(report, () => formatReport(report));
  return report.failed.length > 0 ? exitCodes.partly : exitCodes.done;
}

/** Asks on a terminal whether so much is to be deleted. @throws Failure elsewhere, or when it is not. */
async function confirmDeletions({ output }: Cli, deletions: Deletions): Promise<boolean> {
  const message = formatDeletions(deletions);
  if (output.json || !isInteractive()) throw tooManyDeletionsFailure(message);
  output.note(message);
  if (/^y(?:es)?$/i.test(await ask("Delete them? [y/N]"))) return true;
  throw new Failure("INTERRUPTED", "Nothing more was changed.");
}

async function watchPairOption(
  cli: Cli,
  { force = false, ...options }: SyncOptions,
  dir: string,
): Promise<number> {
  const folder = cli.path(dir);
  const pair = await openPair(cli, folder, options);
  const stopped = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => stopped.abort());
  cli.output.note(`Watching ${dir}. Stop with Ctrl-C.`);
  await watchFolder(cli, pair, folder, { force, signal: stopped.signal });
  return exitCodes.done;
}
