import type { Cli } from "../cli.ts";
import { createProgress } from "../progress.ts";
import { formatDeletions } from "./deletion-guard.ts";
import type { PossibleChanges } from "./pending-changes.ts";
import type { Step } from "./plan.ts";
import { isEmpty, formatReport, type SyncReport } from "./report.ts";
import { type SyncPair, toSubject, synchronize } from "./sync-pass.ts";
import { createTexts } from "./texts.ts";
import { watchPair } from "./watch.ts";

/**
 * Milliseconds that a file must be missing before its document is deleted. Editors replace files by deleting and recreating
 * them, and files reappear when a branch is checked out again.
 */
const deletionDelayMs = 4_000;
/** Milliseconds that a new file must exist before it is sent. Editors write temporary files and rename them. */
const creationDelayMs = 500;

/** Keeps a folder and its workspace in sync until the signal aborts, and prints reports. */
export async function watchFolder(
  cli: Pick<Cli, "output">,
  pair: SyncPair,
  folder: string,
  { force, signal }: { force: boolean; signal: AbortSignal },
): Promise<void> {
  const print = createReporter(cli);
  /** When steps that may become unnecessary were first planned. */
  const pending = new Map<string, number>();
  await pair.state.save();

  async function runSync({ inList, newDocumentIds }: PossibleChanges): Promise<number | null> {
    const texts = createTexts(pair.client, pair.state.target.workspaceId);
    // In the same tick, so that both share a request.
    texts.prefetch(newDocumentIds);
    if (inList) await pair.remote.refresh();
    const gone = pair.remote.isGone()
      ? [{ cause: "gone", message: "The workspace folder no longer exists." }]
      : [];
    if (gone.length > 0 && !force) {
      print.pausedBy(gone);
      return null;
    }
    const seen = new Set<string>();
    let nextSyncMs: number | null = null;
    const { report, stoppedBy, withheld } = await synchronize(pair, {
      direction: "both",
      texts,
      followsChanges: true,
      progress: createProgress("Syncing", true),
      mayDelete: () => Promise.resolve(force),
      waits(step) {
        const remainingMs = findRemainingDelay(step, seen);
        if (remainingMs <= 0) return false;
        nextSyncMs = Math.min(nextSyncMs ?? Infinity, remainingMs);
        return true;
      },
    });
    for (const key of pending.keys()) if (!seen.has(key)) pending.delete(key);
    print.of(report);
    print.pausedBy([
      ...gone,
      ...withheld.map((deletions) => ({ cause: deletions.side, message: formatDeletions(deletions) })),
    ]);
    if (stoppedBy !== null) throw stoppedBy;
    return nextSyncMs;
  }

  /** Returns the milliseconds until a step may be executed. */
  function findRemainingDelay(step: Step, seen: Set<string>): number {
    const key = `${step.type} ${toSubject(step)}`;
    const since = pending.get(key) ?? Date.now();
    pending.set(key, since);
    seen.add(key);
    return since + (step.type === "upload" ? creationDelayMs : deletionDelayMs) - Date.now();
  }

  await watchPair(pair, folder, { sync: runSync, onWaiting: (what) => print.waitsFor(what) }, signal);
}

/** Prints reports of syncs that changed something. Persistent problems are printed once. */
function createReporter({ output }: Pick<Cli, "output">) {
  let problems = "";
  let paused = new Set<string>();
  let waiting: string | null = null;
  return {
    of(report: SyncReport) {
      const now = JSON.stringify([report.failed, report.leftOut]);
      const isTold = now === problems;
      problems = now;
      const news = isTold ? { ...report, failed: [], leftOut: [] } : report;
      if (!isEmpty(news)) output.event(news, () => formatReport(news));
    },
    /** Reports each cause once, until it is gone. Its message contains numbers, which change. */
    pausedBy(causes: readonly { cause: string; message: string }[]) {
      const news = causes.filter(({ cause }) => !paused.has(cause)).map(({ message }) => message);
      paused = new Set(causes.map(({ cause }) => cause));
      if (news.length === 0) return;
      const message = news.join(" ");
      const hint = "Nothing was deleted. To delete the files anyway, stop and run again with --force.";
      output.event({ paused: message }, () => `${message} ${hint}`);
    },
    waitsFor(what: string | null) {
      if (what !== waiting && what !== null) output.event({ waitingFor: what }, () => `Waiting for ${what}.`);
      waiting = what;
    },
  };
}
