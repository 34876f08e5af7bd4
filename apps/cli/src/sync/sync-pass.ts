import { isReason } from "@mdreader/client";
import { isDocumentName } from "@mdreader/contract/file-names";
import { createPathFilter, type LeftOut, type PathOptions } from "@mdreader/contract/synced-paths";

import { Failure, toShortMessage } from "../failure.ts";
import type { Progress } from "../progress.ts";
import { listLeftOutProblems } from "../transfer/paths.ts";
import { createPool, defaultConcurrency, type Pool, PoolStoppedError } from "../transfer/pool.ts";
import type { Problem } from "../transfer/report.ts";
import { keepLocalFile } from "./conflict-copy.ts";
import { type Deletions, findManyDeletions, isDeletion } from "./deletion-guard.ts";
import { type StepExecutor, createDocumentExecutor, type SyncEndpoints } from "./execute-documents.ts";
import { createFileExecutor } from "./execute-files.ts";
import type { Listing } from "./listing.ts";
import { FileChangedError } from "./local-file-system.ts";
import type { LocalTree, LocalScan } from "./local-tree.ts";
import { toAsidePath, asidePrefix, toParentPath, toBaseName } from "./names.ts";
import { movesInWorkspace, type Ordered, orderSteps } from "./order.ts";
import {
  type BaseState,
  type Direction,
  type Kind,
  planSteps,
  type RemoteEntry,
  type Step,
  filterByDirection,
} from "./plan.ts";
import { createReport, type SyncReport } from "./report.ts";
import { runInOrder } from "./run-in-order.ts";
import { createTexts, type Texts } from "./texts.ts";

/** A folder and the workspace that it is synced with. */
export interface SyncPair extends SyncEndpoints {
  local: LocalTree;
  listing: Listing;
  /** The paths that belong to the sync, on both sides and in the state. */
  paths: PathOptions;
  keyOf(path: string): string;
}

export interface SyncPassOptions {
  direction: Direction;
  progress: Progress;
  /** The texts of the workspace, some of which may have been requested already. */
  texts?: Texts;
  /** Confirms many deletions on a side. Rejected deletions are withheld. @throws Failure to abort the sync. */
  mayDelete(deletions: Deletions): Promise<boolean>;
  /** Whether later changes of either side start another sync. Otherwise a last pass looks for them. */
  followsChanges?: boolean;
  /** Whether to delay a deletion or a creation in the workspace: the file may reappear or disappear shortly. */
  waits?(step: Step): boolean;
}

interface SyncPlan {
  steps: Step[];
  view: LocalScan;
  remote: RemoteEntry[];
  problems: Problem[];
  leftOut: LeftOut[];
}

/** Plans a sync without executing it. */
export async function planSync(pair: SyncPair, direction: Direction): Promise<SyncPlan> {
  const { local, remote, state, paths, keyOf } = pair;
  const leftOut: LeftOut[] = [];
  const filter = createPathFilter(paths);
  const belongs = ({ path }: { path: string }) => {
    const out = filter(path);
    if (out !== null) leftOut.push(out);
    return out === null;
  };
  matchReplacedFiles(pair);
  const there = remote.entries().filter(belongs);
  const base = new Map<string, BaseState>();
  // A file has the same kind on both sides. The name decides only for new files.
  const kinds = new Map<string, Kind>();
  const recordKind = ({ path, kind }: { path: string; kind: Kind }) => {
    if (kind === toKind(path)) kinds.delete(keyOf(path));
    else kinds.set(keyOf(path), kind);
  };
  for (const entry of there) recordKind(entry);
  for (const [id, one] of state.entries) {
    if (!belongs(one)) continue;
    base.set(id, one);
    recordKind(one);
  }
  const getKind = (path: string) => kinds.get(keyOf(path)) ?? toKind(path);
  const view = await local.scan(getKind);
  const unplaced = new Set(remote.problems().map(({ path }) => keyOf(path)));
  const steps = planSteps({
    base,
    removed: state.removed,
    local: view.files.filter(({ path }) => !unplaced.has(keyOf(path))),
    isUnreadable: view.isUnreadable,
    remote: there,
    toPathKey: keyOf,
  });
  return {
    steps: filterByDirection(direction, steps),
    view,
    remote: there,
    problems: [...view.problems, ...remote.problems()],
    leftOut: [...view.leftOut, ...leftOut],
  };
}

const toKind = (path: string): Kind => (isDocumentName(toBaseName(path)) ? "document" : "file");

/** A replaced file has a new ID at the same path in the workspace. Moves the base state to the new ID. */
function matchReplacedFiles({ state, remote, keyOf }: SyncPair): void {
  const gone: [string, BaseState][] = [];
  for (const [id, before] of state.entries) {
    if (before.kind === "file" && remote.find(id) === undefined) gone.push([id, before]);
  }
  if (gone.length === 0) return;
  const fresh = remote.entries().filter(({ id, kind }) => kind === "file" && !state.entries.has(id));
  const byPath = new Map(fresh.map((entry) => [keyOf(entry.path), entry.id]));
  for (const [id, before] of gone) {
    const successor = byPath.get(keyOf(before.path));
    if (successor === undefined) continue;
    state.entries.delete(id);
    state.entries.set(successor, before);
  }
}

/** Maximum passes of a sync. Entries that change during a pass need another plan. */
const maxPasses = 12;
/** The state is saved whenever this many steps have been executed. */
const stepsPerSave = 50;

/** The results of a sync. */
export interface SyncPass {
  report: SyncReport;
  /** The error that aborted the sync; null if it completed. */
  stoppedBy: unknown;
  /** Deletions that were not confirmed. */
  withheld: Deletions[];
}

/**
 * Syncs the folder with the workspace as last listed. Steps that fail are reported and do not stop the others. Entries that
 * change meanwhile are planned again.
 */
export async function synchronize(pair: SyncPair, options: SyncPassOptions): Promise<SyncPass> {
  const { state, listing } = pair;
  const report = createReport();
  const pool = createPool();
  const texts = options.texts ?? createTexts(pair.client, state.target.workspaceId);
  const run: SyncRun = {
    pair,
    options,
    report,
    pool,
    texts,
    executors: {
      document: createDocumentExecutor(pair, texts, options.direction, report),
      file: createFileExecutor(pair, options.direction, report),
    },
    failed: new Set(),
    total: state.entries.size,
  };
  const round: SyncPass = { report, stoppedBy: null, withheld: [] };
  let last: Pick<SyncPlan, "problems" | "leftOut"> = { problems: [], leftOut: [] };
  /** @returns Whether another pass is needed. */
  async function runPass(pass: number): Promise<boolean> {
    const now = await planSync(pair, options.direction);
    last = { problems: now.problems, leftOut: now.leftOut };
    // Files set aside by a killed run or the last pass are not deleted.
    if (now.view.setAside.length > 0) {
      await restoreSetAside(pair, now.view.setAside, report);
      return true;
    }
    if (pass === 0) for (const path of now.view.temporary) await pair.disk.removeIfAbandoned(path);
    const steps = await filterAllowed(now.steps, run, round);
    if (steps.length === 0) return false;
    if (pass >= maxPasses) {
      report.failed.push(...steps.map((step) => ({ path: toSubject(step), message: "keeps changing" })));
      return false;
    }
    const keptBefore = report.kept.length;
    const isListed = await executePlan(now, steps, run);
    await removeEmptyFolders(steps, run, { former: now.remote, isListed });
    const isComplete = isListed && report.kept.length === keptBefore;
    return !(isComplete && options.followsChanges === true);
  }
  try {
    for (let pass = 0; pool.stoppedBy === null; pass += 1) if (!(await runPass(pass))) break;
  } catch (error) {
    if (pool.stoppedBy === null) throw error;
  } finally {
    await state.save();
    await listing.save();
    options.progress.end();
  }
  report.failed.push(...last.problems);
  report.leftOut.push(...listLeftOutProblems(last.leftOut));
  round.stoppedBy = pool.stoppedBy;
  return round;
}

/** The shared state of the passes of a sync. */
interface SyncRun {
  pair: SyncPair;
  options: SyncPassOptions;
  report: SyncReport;
  pool: Pool;
  texts: Texts;
  executors: Record<Kind, StepExecutor>;
  /** Subjects of steps that failed in this sync. */
  failed: Set<string>;
  /** The number of base entries at the start. */
  total: number;
}

/**
 * The steps to execute now, without delayed steps and withheld deletions. Delayed deletions count, because files that go
 * missing together are noticed one after the other.
 */
async function filterAllowed(steps: readonly Step[], run: SyncRun, round: SyncPass): Promise<Step[]> {
  const { options, report, total, failed } = run;
  const mayWait = (step: Step) => isDeletion(step, "there") || step.type === "upload";
  const possible = steps.filter((step) => !failed.has(toSubject(step)));
  let left = possible.filter((step) => !(mayWait(step) && options.waits?.(step) === true));
  const done = { here: report.received.deleted, there: report.sent.deleted };
  round.withheld = [];
  for (const deletions of findManyDeletions(possible, { total, done })) {
    if (!left.some((step) => isDeletion(step, deletions.side))) continue;
    if (await options.mayDelete(deletions)) continue;
    round.withheld.push(deletions);
    left = left.filter((step) => !isDeletion(step, deletions.side));
  }
  return left;
}

/**
 * Executes the steps of a plan, each after its dependencies. The next plan repeats steps whose entries have changed.
 *
 * @returns Whether the workspace is still as listed, because all steps succeeded and changed only the folder.
 */
async function executePlan(now: SyncPlan, steps: readonly Step[], run: SyncRun): Promise<boolean> {
  const { pair, options, report, pool, texts, executors, failed } = run;
  const { state, disk, keyOf } = pair;
  const ordered = omitDisplacedUploads(
    orderSteps(steps, { local: now.view.files, remote: now.remote, keyOf }),
    keyOf,
  );
  for (const entry of ordered) {
    const { step } = entry;
    if (!entry.stepsAside || step.type !== "update") continue;
    const from = toAsidePath(step.from, step.id);
    try {
      await disk.move(step.from, from);
    } catch (error) {
      if (error instanceof FileChangedError) return false;
      throw error;
    }
    step.from = from;
  }
  options.progress.total += ordered.length;
  texts.expect(ordered.flatMap(listReceivedTexts));
  let count = 0;
  let isListed = !steps.some(changesWorkspace);
  await runInOrder(ordered, defaultConcurrency, async (entry) => {
    const { step } = entry;
    try {
      await pool.run(() => runStep(entry));
      options.progress.step(toSubject(step));
      count += 1;
      if (count % stepsPerSave === 0) await state.save();
    } catch (error) {
      isListed = false;
      const isExpected = error instanceof FileChangedError || error instanceof PoolStoppedError;
      if (!isExpected && !hasChanged(error) && error !== pool.stoppedBy) {
        failed.add(toSubject(step));
        report.failed.push({ path: toSubject(step), message: toShortMessage(error) });
      }
    }
  });
  return isListed;

  async function runStep(entry: Ordered): Promise<void> {
    const { step } = entry;
    if (entry.displaces && "path" in step) {
      await keepLocalFile(disk, report, step.path);
    }
    await executors[step.kind](entry);
  }
}

/**
 *  A new file that was renamed because another one takes its path is not sent in this run. The next plan finds it under
 * its new name.
 */
function omitDisplacedUploads(ordered: readonly Ordered[], keyOf: SyncPair["keyOf"]): Ordered[] {
  const displaced = new Set(
    ordered.flatMap(({ step, displaces }) => (displaces && "path" in step ? [keyOf(step.path)] : [])),
  );
  return ordered.filter(({ step }) => step.type !== "upload" || !displaced.has(keyOf(step.path)));
}

/** Whether a step may change the workspace. */
const changesWorkspace = (step: Step) =>
  movesInWorkspace(step) || isDeletion(step, "there") || (step.type === "update" && step.text === "send");

/** The documents whose texts a step reads from the workspace. */
const listReceivedTexts = ({ step }: Ordered): string[] =>
  step.kind === "document" && (step.type === "download" || (step.type === "update" && step.text === "fetch"))
    ? [step.id]
    : [];

/** Whether the server rejected a step because its entry has changed. */
const hasChanged = (error: unknown) =>
  isReason(error, "VERSION_CONFLICT", "FILE_CHANGED", "FOLDER_NOT_EMPTY", "NOT_FOUND", "ANCHOR_NOT_FOUND");

/**
 * Deletes folders left empty by steps, each only if the other side has no such folder, and refreshes the listing unless the
 * workspace is as listed.
 */
async function removeEmptyFolders(
  steps: readonly Step[],
  { pair }: SyncRun,
  { former, isListed }: { former: readonly RemoteEntry[]; isListed: boolean },
): Promise<void> {
  const { remote, disk, state } = pair;
  const before = new Map(former.map(({ id, path }) => [id, path]));
  const left: Record<"here" | "there", Set<string>> = { here: new Set(), there: new Set() };
  for (const step of steps) {
    if (step.type === "remove") left[step.side].add(toParentPath(step.path));
    if (step.type !== "update" || step.move === null) continue;
    left[step.move].add(toParentPath(step.move === "here" ? step.from : (before.get(step.id) ?? "")));
  }
  const sortDeepestFirst = (paths: Set<string>) => [...paths].toSorted((a, b) => b.length - a.length);
  for (const path of sortDeepestFirst(left.there)) {
    await remote.pruneFolders(path, async (at) => !(await disk.hasFolder(at)));
  }
  await state.save();
  if (!isListed) await remote.refresh();
  for (const path of sortDeepestFirst(left.here)) {
    await disk.pruneFolders(path, (at) => !remote.hasFolder(at));
  }
}

/** Restores the names of files that were set aside, or a conflict copy if the name is in use. */
async function restoreSetAside(
  { state, disk }: SyncPair,
  aside: readonly string[],
  report: SyncReport,
): Promise<void> {
  for (const path of aside) {
    const before = state.entries.get(toBaseName(path).slice(asidePrefix.length));
    const goal = before?.path ?? `${toParentPath(path) === "" ? "" : `${toParentPath(path)}/`}recovered`;
    if ((await disk.hash(goal)) === null) await disk.move(path, goal);
    else await keepLocalFile(disk, report, goal, path);
  }
}

/** The path of a step, or the ID if it has none. */
export const toSubject = (step: Step) => (step.type === "untrack" ? step.id : step.path);

/** The failure for deletions that were not confirmed. */
export const createDeletionsFailure = (message: string) =>
  new Failure("FILE", message, {
    hint: "No further changes were made. To delete the files anyway, use --force.",
  });
