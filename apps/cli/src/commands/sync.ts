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

const forceHelp = "allow deleting more than ten files, or more than a third of them";

/** `sync`, `pull`, `push` and `status`. */
export function addSyncCommands(program: Command): void {
  const sync = addCommand(
    program,
    "sync",
    "sync a local folder and a workspace in both directions",
    `
Set the workspace for the first sync; .mdreader.json in the folder stores it. Edits, new files, deletions, renames and moves
are synced in both directions. A file changed on both sides is merged, based on the last synced text; where both sides
changed the same lines, both changes are kept and listed. A deletion never removes later edits of the other side. Files are
synced byte for byte. Left out on both sides, and listed: version control folders, dependencies, known secrets, hidden
files, and everything that matches .mdreaderignore in the folder (.gitignore syntax). Deleted files that reappear are
restored from the trash. Deleting more than ten files, or more than a third of them, requires a confirmation or --force.
Exit code 3: some files could not be synced; they are listed, and all others are in sync.

Examples:
  mdreader sync ./docs --workspace 0190c1f6-…
  mdreader sync ./docs
  mdreader sync ./docs --watch`,
  )
    .option("--watch", "keep running and sync changes in both directions")
    .option("--force", forceHelp);
  defineAction<SyncOptions>(sync, (cli, options, dir) =>
    options.watch === true ? watchPairOption(cli, options, dir) : syncOnce(cli, options, dir, "both"),
  );

  const pull = addCommand(
    program,
    "pull",
    "download changes from the workspace, without uploading any",
    `
Files with local changes stay as they are until you push or sync.

Examples:
  mdreader pull ./docs --workspace 0190c1f6-…
  mdreader pull ./docs`,
  ).option("--force", forceHelp);
  defineAction<SyncOptions>(pull, (cli, options, dir) => syncOnce(cli, options, dir, "here"));

  const push = addCommand(
    program,
    "push",
    "upload local changes, merged with changes in the workspace",
    `
Examples:
  mdreader push ./docs
  mdreader push ./docs --json | jq .conflicts`,
  ).option("--force", forceHelp);
  defineAction<SyncOptions>(push, (cli, options, dir) => syncOnce(cli, options, dir, "there"));

  const status = addCommand(
    program,
    "status",
    "show what sync would do, without doing it",
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
    .addArgument(new Argument("[dir]", "the local folder").default("."))
    .description(description)
    .option("--workspace <id>", "the workspace; required for the first sync")
    .option("--folder <id>", "sync only this folder of the workspace")
    .option("--include-hidden", "include hidden files and folders, but never secrets")
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
  const progress = createProgress("Syncing", cli.output.json);
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

/** Asks for a confirmation of the deletions. @throws Failure without a terminal, or if the user declines. */
async function confirmDeletions({ output }: Cli, deletions: Deletions): Promise<boolean> {
  const message = formatDeletions(deletions);
  if (output.json || !isInteractive()) throw tooManyDeletionsFailure(message);
  output.note(message);
  if (/^y(?:es)?$/i.test(await ask("Delete them? [y/N]"))) return true;
  throw new Failure("INTERRUPTED", "Canceled. No further changes were made.");
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
  cli.output.note(`Watching ${dir}. Press Ctrl-C to stop.`);
  await watchFolder(cli, pair, folder, { force, signal: stopped.signal });
  return exitCodes.done;
}
