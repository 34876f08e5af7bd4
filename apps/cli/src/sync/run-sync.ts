import { setFlagsFromString } from "node:v8";

import type { Cli } from "../cli.ts";
import { describeError, toExitCode, exitCodes, Failure } from "../failure.ts";
import { findPlace } from "../lookup/item.ts";
import { createProgress } from "../progress.ts";
import { ask, isInteractive, isYes } from "../prompt.ts";
import { type Deletions, formatDeletions } from "./deletion-guard.ts";
import { formatPlan } from "./format-plan.ts";
import { openPair, assertFolderExists } from "./open-pair.ts";
import type { Direction } from "./plan.ts";
import { formatReport } from "./report.ts";
import { planSync, type SyncPair, synchronize, createDeletionsFailure } from "./sync-pass.ts";

// Otherwise the heap grows to a multiple of its content before V8 collects garbage.
setFlagsFromString("--optimize-for-size");

export interface PairOptions {
  workspace?: string;
  folder?: string;
  includeHidden?: boolean;
}

export interface SyncOptions extends PairOptions {
  force?: boolean;
  watch?: boolean;
}

/**
 * Opens a folder for sync with the workspace and folder that the options name. The default workspace is not used: syncing
 * the wrong folder would upload all of it.
 */
async function openNamedPair(
  cli: Cli,
  { workspace, folder, includeHidden }: PairOptions,
  dir: string,
): Promise<SyncPair> {
  const path = cli.path(dir);
  if (workspace === undefined) return openPair(cli, path, { includeHidden });
  const { workspaceId, folderId } = await findPlace(cli, {
    workspace,
    ...(folder !== undefined && { folder }),
  });
  return openPair(cli, path, { workspace: workspaceId, folder: folderId ?? undefined, includeHidden });
}

/** Prints the plan of a sync. */
export async function showPlan(cli: Cli, options: PairOptions, dir: string): Promise<void> {
  const pair = await openNamedPair(cli, options, dir);
  const { steps, problems } = await planSync(pair, "both");
  cli.output.result({ steps, problems }, () => formatPlan(steps, problems));
}

/** Syncs once. @returns The exit code. */
export async function syncOnce(
  cli: Cli,
  { force = false, ...options }: SyncOptions,
  dir: string,
  direction: Direction,
): Promise<number> {
  const pair = await openNamedPair(cli, options, dir);
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
  if (output.json || !isInteractive()) throw createDeletionsFailure(message);
  output.note(message);
  if (isYes(await ask("Delete them? [y/N]"))) return true;
  throw new Failure("INTERRUPTED", "Canceled. No further changes were made.");
}

/** Syncs both sides and all later changes until interrupted. */
export async function syncContinuously(
  cli: Cli,
  { force = false, ...options }: SyncOptions,
  dir: string,
): Promise<number> {
  const pair = await openNamedPair(cli, options, dir);
  const stopped = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) process.on(name, () => stopped.abort());
  cli.output.note(`Watching ${dir}. Press Ctrl-C to stop.`);
  const { watchFolder } = await import("./watch-folder.ts");
  await watchFolder(cli, pair, cli.path(dir), { force, signal: stopped.signal });
  return exitCodes.done;
}
