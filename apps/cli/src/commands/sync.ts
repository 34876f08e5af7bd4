import { Argument, type Command } from "commander";

import { defineAction } from "../cli.ts";
import type { PairOptions, SyncOptions } from "../sync/run-sync.ts";

const forceHelp = "allow deleting more than ten files, or more than a third of all files";

/** Loaded lazily to keep other commands fast. */
const load = () => import("../sync/run-sync.ts");

/** `sync`, `pull`, `push` and `status`. */
export function addSyncCommands(program: Command): void {
  const sync = addCommand(
    program,
    "sync",
    "sync a local folder and a workspace in both directions",
    `
The first sync links the folder to the workspace, in .mdreader.json in the folder. Edits, new files, deletions, renames and
moves are synced in both directions. A file changed on both sides is merged, based on the last synced text; where both sides
changed the same lines, both changes are kept and listed. A deletion never discards later edits made on the other side. Files are
synced byte for byte. Left out on both sides, and listed: version control folders, dependencies, known secrets, hidden
files, and everything that matches .mdreaderignore in the folder (.gitignore syntax). Deleted files that reappear are
restored from the trash. Deleting more than ten files, or more than a third of all files, requires confirmation or --force.
Exit code 3: some files couldn't be synced; they are listed, and all others are in sync.

Examples:
  mdreader sync ./docs --workspace Handbook
  mdreader sync ./docs
  mdreader sync ./docs --watch`,
  )
    .option("--watch", "keep running and sync changes in both directions")
    .option("--force", forceHelp);
  defineAction<SyncOptions>(sync, async (cli, options, dir) => {
    const { syncOnce, syncContinuously } = await load();
    return options.watch === true ? syncContinuously(cli, options, dir) : syncOnce(cli, options, dir, "both");
  });

  const pull = addCommand(
    program,
    "pull",
    "download changes from the workspace, without uploading any",
    `
Files with local changes stay as they are until you push or sync.

Examples:
  mdreader pull ./docs --workspace Handbook
  mdreader pull ./docs`,
  ).option("--force", forceHelp);
  defineAction<SyncOptions>(pull, async (cli, options, dir) =>
    (await load()).syncOnce(cli, options, dir, "here"),
  );

  const push = addCommand(
    program,
    "push",
    "upload local changes, merged with changes in the workspace",
    `
Examples:
  mdreader push ./docs
  mdreader push ./docs --json | jq .conflicts`,
  ).option("--force", forceHelp);
  defineAction<SyncOptions>(push, async (cli, options, dir) =>
    (await load()).syncOnce(cli, options, dir, "there"),
  );

  const status = addCommand(
    program,
    "status",
    "show what sync would do, without doing it",
    `
Examples:
  mdreader status ./docs`,
  );
  defineAction<PairOptions>(status, async (cli, options, dir) => (await load()).showPlan(cli, options, dir));
}

function addCommand(program: Command, name: string, description: string, help: string): Command {
  return program
    .command(name)
    .addArgument(new Argument("[dir]", "the local folder").default("."))
    .description(description)
    .option("-w, --workspace <workspace>", "name or ID of the workspace, for the first sync")
    .option("--folder <folder>", "sync only this folder of the workspace, by path or ID")
    .option("--include-hidden", "include hidden files and folders, but never secrets")
    .addHelpText("after", help);
}
