import { Argument, type Command } from "commander";

import { type Cli, working } from "../cli.ts";
import { describe, exitCodeOf, exitCodes } from "../failure.ts";
import { createProgress } from "../progress.ts";
import { openPair } from "../sync/open.ts";
import type { Direction } from "../sync/plan.ts";
import { didNothing, reportInWords, type SyncReport } from "../sync/report.ts";
import { type Pair, type RoundOptions, stepsNow, synchronize } from "../sync/round.ts";
import { stepsInWords } from "../sync/telling.ts";
import { type Doubt, watchPair } from "../sync/watch.ts";

interface PairOptions {
  workspace?: string;
  folder?: string;
  includeHidden?: boolean;
}

interface SyncOptions extends PairOptions {
  force?: boolean;
  watch?: boolean;
}

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
Exit code 3: some files could not be taken; they are listed, and the rest is alike.

Examples:
  mdreader sync ./docs --workspace 0190c1f6-…
  mdreader sync ./docs
  mdreader sync ./docs --watch`,
  )
    .option("--watch", "go on, and react to what changes on either side, until you stop it")
    .option("--force", "delete the documents even if all files are gone");
  working<SyncOptions>(sync, (cli, options, dir) =>
    options.watch === true ? watch(cli, options, dir) : once(cli, options, dir, "both"),
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
  );
  working<SyncOptions>(pull, (cli, options, dir) => once(cli, options, dir, "here"));

  const push = addCommand(
    program,
    "push",
    "send what has changed in the folder, merged into what has become of it there",
    `
Examples:
  mdreader push ./docs
  mdreader push ./docs --json | jq .overlaps`,
  ).option("--force", "delete the documents even if all files are gone");
  working<SyncOptions>(push, (cli, options, dir) => once(cli, options, dir, "there"));

  const status = addCommand(
    program,
    "status",
    "say what sync would do, and do nothing",
    `
Examples:
  mdreader status ./docs`,
  );
  working<PairOptions>(status, async (cli, options, dir) => {
    const pair = await openPair(cli.client, cli.url, cli.path(dir), options);
    const { steps, fileSteps, view } = await stepsNow(pair, "both");
    const all = [...steps, ...fileSteps];
    cli.output.result({ steps: all, problems: view.problems }, () => stepsInWords(all, view.problems));
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

async function once(
  cli: Cli,
  { force = false, ...options }: SyncOptions,
  dir: string,
  direction: Direction,
): Promise<number> {
  const pair = await openPair(cli.client, cli.url, cli.path(dir), options);
  const progress = createProgress("Synchronizing", cli.output.json);
  const { report, stoppedBy } = await synchronize(pair, { direction, progress, force });
  if (stoppedBy !== null) {
    const failure = describe(stoppedBy, { url: cli.url, usesToken: cli.usesToken });
    cli.output.note(reportInWords(report));
    cli.output.failure(failure, { report });
    return exitCodeOf(failure);
  }
  cli.output.result(report, () => reportInWords(report));
  return report.failed.length > 0 ? exitCodes.partly : exitCodes.done;
}

async function watch(cli: Cli, { force = false, ...options }: SyncOptions, dir: string): Promise<number> {
  const folder = cli.path(dir);
  const pair = await openPair(cli.client, cli.url, folder, options);
  const stopped = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => stopped.abort());
  cli.output.note(`Watching ${dir}. Stop with Ctrl-C.`);
  const tell = telling(cli);
  await watchPair(pair, folder, async (doubt) => tell(await roundOf(pair, doubt, force)), stopped.signal);
  return exitCodes.done;
}

async function roundOf(pair: Pair, doubt: Doubt, force: boolean): Promise<SyncReport> {
  if (doubt === "list") await pair.remote.list();
  const options: RoundOptions = { direction: "both", progress: createProgress("Synchronizing", true), force };
  const { report, stoppedBy } = await synchronize(pair, options);
  if (stoppedBy !== null) throw stoppedBy;
  return report;
}

/** Tells of rounds that did something, and of a problem once as long as it lasts. */
function telling({ output }: Cli): (report: SyncReport) => void {
  let told = "";
  return (report) => {
    const problems = JSON.stringify([report.failed, report.leftOut]);
    const isTold = problems === told;
    told = problems;
    const news = isTold ? { ...report, failed: [], leftOut: [] } : report;
    if (!didNothing(news)) output.event(news, () => reportInWords(news));
  };
}
