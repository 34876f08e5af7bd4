import { isReason } from "@mdreader/client";
import { isDocumentName } from "@mdreader/contract/file-names";
import { findLeftOut, type LeftOut, type PathOptions } from "@mdreader/contract/synced-paths";

import { Failure, toShortMessage } from "../failure.ts";
import type { Progress } from "../progress.ts";
import { listLeftOutProblems } from "../transfer/paths.ts";
import { createPool, type Pool, PoolStoppedError } from "../transfer/pool.ts";
import type { Problem } from "../transfer/report.ts";
import { type Deletions, findManyDeletions, isDeletion } from "./deletion-guard.ts";
import { type StepExecutor, createDocumentExecutor, type SyncEndpoints } from "./execute-documents.ts";
import { createFileExecutor } from "./execute-files.ts";
import type { Listing } from "./listing.ts";
import { createConflictCopy, FileChangedError } from "./local-file-system.ts";
import type { LocalTree, LocalScan } from "./local-tree.ts";
import { toAsidePath, asidePrefix, parentPath, baseName } from "./names.ts";
import { movesInWorkspace, type Ordered, orderSteps } from "./order.ts";
import {
  type Direction,
  type Kind,
  planSteps,
  type RemoteEntry,
  type Step,
  filterByDirection,
} from "./plan.ts";
import { createReport, type SyncReport } from "./report.ts";
import { createTexts, type Texts } from "./texts.ts";

/** A folder and the workspace that it is synchronized with. */
export interface SyncPair extends SyncEndpoints {
  local: LocalTree;
  listing: Listing;
  /** Which paths belong to the sync, on both sides and in the state. */
  paths: PathOptions;
  keyOf(path: string): string;
}

export interface SyncPassOptions {
  direction: Direction;
  progress: Progress;
  /** Is asked before much is deleted on a side. What it does not allow waits. @throws Failure to do nothing at all. */
  mayDelete(deletions: Deletions): Promise<boolean>;
  /** Whether a deletion that was seen now waits, since what is gone may come back in a moment. */
  waits?(step: Step): boolean;
}

interface SyncPlan {
  steps: Step[];
  view: LocalScan;
  remote: RemoteEntry[];
  problems: Problem[];
  leftOut: LeftOut[];
}

/** What there is to do now, without doing it. */
export async function planSync(pair: SyncPair, direction: Direction): Promise<SyncPlan> {
  const { local, remote, state, paths, keyOf } = pair;
  const leftOut: LeftOut[] = [];
  const belongs = ({ path }: { path: string }) => {
    const out = findLeftOut(path, paths);
    if (out !== null) leftOut.push(out);
    return out === null;
  };
  matchReplacedFiles(pair);
  const there = remote.entries().filter(belongs);
  const agreed = new Map([...state.entries].filter(([, one]) => belongs(one)));
  // What a file is on one side, it is on the other: its name only decides where it is new.
  const kinds = new Map<string, Kind>(
    [...there, ...agreed.values()].map(({ path, kind }) => [keyOf(path), kind]),
  );
  const kindOf = (path: string): Kind =>
    kinds.get(keyOf(path)) ?? (isDocumentName(baseName(path)) ? "document" : "file");
  const view = await local.scan(kindOf);
  const unplaced = new Set(remote.problems().map(({ path }) => keyOf(path)));
  const steps = planSteps({
    base: agreed,
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

/** A file that was replaced in the workspace is another one there, at the same path: what was agreed on holds for that. */
function matchReplacedFiles({ state, remote, keyOf }: SyncPair): void {
  const gone = [...state.entries].filter(
    ([id, { kind }]) => kind === "file" && remote.find(id) === undefined,
  );
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

/** Passes of one round: what is moved or touched meanwhile needs a plan of its own. */
const maxPasses = 12;
/** The state is written down about so many times in a pass, and not more often than every so many steps. */
const savesPerPass = 20;
const fewestStepsPerSave = 50;

/** What a round did. */
export interface SyncPass {
  report: SyncReport;
  /** What stopped it before the end; null if nothing did. */
  stoppedBy: unknown;
  /** Deletions that were not allowed. */
  withheld: Deletions[];
  /** Whether something waits for a moment. */
  isWaiting: boolean;
}

/**
 * Makes both sides agree, as the workspace was listed last and the folder is now. What can't be done is noted, and the rest
 * goes on; what has changed since it was looked at is planned again.
 */
export async function synchronize(pair: SyncPair, options: SyncPassOptions): Promise<SyncPass> {
  const { state, listing } = pair;
  const report = createReport();
  const pool = createPool();
  const texts = createTexts(pair.client, state.target.workspaceId);
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
  const round: SyncPass = { report, stoppedBy: null, withheld: [], isWaiting: false };
  let last: Pick<SyncPlan, "problems" | "leftOut"> = { problems: [], leftOut: [] };
  try {
    for (let pass = 0; pool.stoppedBy === null; pass += 1) {
      const now = await planSync(pair, options.direction);
      last = now;
      // Left over from a run that was killed, or from steps of the last pass: what lies there is not gone.
      if (now.view.setAside.length > 0) {
        await restoreSetAside(pair, now.view.setAside, report);
        continue;
      }
      const steps = await filterAllowed(now.steps, run, round);
      if (steps.length === 0) break;
      const touched = pass < maxPasses ? await executePlan(now, steps, run) : steps;
      if (pass >= maxPasses) {
        report.failed.push(
          ...touched.map((step) => ({ path: stepSubject(step), message: "keeps changing" })),
        );
        break;
      }
      await removeEmptyFolders(steps, run, now.remote);
    }
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

/** What the passes of one round share. */
interface SyncRun {
  pair: SyncPair;
  options: SyncPassOptions;
  report: SyncReport;
  pool: Pool;
  texts: Texts;
  executors: Record<Kind, StepExecutor>;
  /** What can't be done in this round. */
  failed: Set<string>;
  /** How much was agreed on when it began. */
  total: number;
}

/** The steps that are done now. */
async function filterAllowed(steps: readonly Step[], run: SyncRun, round: SyncPass): Promise<Step[]> {
  const { options, report, total, failed } = run;
  const waits = (step: Step) => isDeletion(step, "there") && options.waits?.(step) === true;
  let left = steps.filter((step) => !failed.has(stepSubject(step)));
  round.isWaiting = left.some(waits);
  left = left.filter((step) => !waits(step));
  const done = { here: report.received.deleted, there: report.sent.deleted };
  round.withheld = [];
  for (const deletions of findManyDeletions(left, { total, done })) {
    if (await options.mayDelete(deletions)) continue;
    round.withheld.push(deletions);
    left = left.filter((step) => !isDeletion(step, deletions.side));
  }
  return left;
}

/**
 * Carries out the steps of a plan, each once what it depends on is done.
 * @returns The steps for which something had changed since they were planned.
 */
async function executePlan(now: SyncPlan, steps: readonly Step[], run: SyncRun): Promise<Step[]> {
  const { pair, options, report, pool, texts, executors, failed } = run;
  const { state, disk, keyOf } = pair;
  const ordered = orderSteps(steps, { local: now.view.files, remote: now.remote, keyOf });
  for (const entry of ordered) {
    const { step } = entry;
    if (!entry.stepsAside || step.do !== "update") continue;
    const from = toAsidePath(step.from, step.id);
    try {
      await disk.move(step.from, from);
    } catch (error) {
      if (error instanceof FileChangedError) return [step];
      throw error;
    }
    step.from = from;
  }
  options.progress.total += steps.length;
  texts.expect(ordered.flatMap(receivedBy));
  const touched: Step[] = [];
  const done = new Map<Step, PromiseWithResolvers<void>>(
    steps.map((step) => [step, Promise.withResolvers()]),
  );
  const documents = steps.filter((step) => step.kind === "document" && movesInWorkspace(step));
  const ends = (some: readonly Step[]) => some.flatMap((step) => done.get(step)?.promise ?? []);
  const documentsSent = Promise.all(ends(documents));
  let count = 0;
  const stepsPerSave = Math.max(fewestStepsPerSave, Math.ceil(steps.length / savesPerPass));
  await Promise.all(
    ordered.map(async (entry) => {
      const { step, after, afterDocuments } = entry;
      try {
        await Promise.all(ends(after));
        if (afterDocuments) await documentsSent;
        await pool.run(() => carryOut(entry));
        options.progress.step(stepSubject(step));
        count += 1;
        if (count % stepsPerSave === 0) await state.save();
      } catch (error) {
        if (error instanceof FileChangedError || hasChanged(error)) touched.push(step);
        else if (!(error instanceof PoolStoppedError) && error !== pool.stoppedBy) {
          failed.add(stepSubject(step));
          report.failed.push({ path: stepSubject(step), message: toShortMessage(error) });
        }
      } finally {
        done.get(step)?.resolve();
      }
    }),
  );
  return touched;

  async function carryOut(entry: Ordered): Promise<void> {
    const { step } = entry;
    if (entry.displaces && "path" in step) {
      report.kept.push({ path: step.path, as: await createConflictCopy(disk, step.path, step.path, "mine") });
    }
    await executors[step.kind](entry);
  }
}

/** The documents whose texts steps read from the workspace. */
const receivedBy = ({ step }: Ordered): string[] =>
  step.kind === "document" && (step.do === "take" || (step.do === "update" && step.text === "fetch"))
    ? [step.id]
    : [];

/** Whether the server has refused a step since what it was decided on is not so any more. */
const hasChanged = (error: unknown) =>
  isReason(error, "VERSION_CONFLICT", "FILE_CHANGED", "FOLDER_NOT_EMPTY", "NOT_FOUND", "ANCHOR_NOT_FOUND");

/** Deletes folders that steps have left empty, each only where the other side has removed its own, and lists what there is now. */
async function removeEmptyFolders(
  steps: readonly Step[],
  { pair }: SyncRun,
  former: readonly RemoteEntry[],
): Promise<void> {
  const { remote, disk, state } = pair;
  const before = new Map(former.map(({ id, path }) => [id, path]));
  const left: Record<"here" | "there", Set<string>> = { here: new Set(), there: new Set() };
  for (const step of steps) {
    if (step.do === "remove") left[step.side].add(parentPath(step.path));
    if (step.do !== "update" || step.move === null) continue;
    left[step.move].add(parentPath(step.move === "here" ? step.from : (before.get(step.id) ?? "")));
  }
  const deepestFirst = (paths: Set<string>) => [...paths].toSorted((a, b) => b.length - a.length);
  for (const path of deepestFirst(left.there)) {
    await remote.pruneFolders(path, async (at) => !(await disk.hasFolder(at)));
  }
  await state.save();
  await remote.refresh();
  for (const path of deepestFirst(left.here)) {
    await disk.pruneFolders(path, (at) => !remote.hasFolder(at));
  }
}

/** Gives files that were left aside their names again, or others beside. */
async function restoreSetAside(
  { state, disk }: SyncPair,
  aside: readonly string[],
  report: SyncReport,
): Promise<void> {
  for (const path of aside) {
    const agreed = state.entries.get(baseName(path).slice(asidePrefix.length));
    const goal = agreed?.path ?? `${parentPath(path) === "" ? "" : `${parentPath(path)}/`}recovered`;
    if ((await disk.hash(goal)) === null) await disk.move(path, goal);
    else report.kept.push({ path: goal, as: await createConflictCopy(disk, path, goal, "mine") });
  }
}

/** What a step is about, as people know it. */
export const stepSubject = (step: Step) => (step.do === "forget" ? step.id : step.path);

/** What refuses to delete much. */
export const tooManyDeletionsFailure = (message: string) =>
  new Failure("FILE", message, { hint: "No changes were made. To delete the files anyway, use --force." });
