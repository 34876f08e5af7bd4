import { isReason } from "@mdreader/client";
import { isDocumentName } from "@mdreader/contract/file-names";
import { findLeftOut, type LeftOut, type PathOptions } from "@mdreader/contract/synced-paths";

import { Failure, inBrief } from "../failure.ts";
import type { Progress } from "../progress.ts";
import { leftOutProblems } from "../transfer/paths.ts";
import { createPool, type Pool, Stopped } from "../transfer/pool.ts";
import type { Problem } from "../transfer/report.ts";
import { fileCarrier } from "./carry-out-file.ts";
import { type Carrier, documentCarrier, type Sides } from "./carry-out.ts";
import { keepBeside, Touched } from "./disk.ts";
import { type Deletions, findManyDeletions, isDeletion } from "./guard.ts";
import type { Listing } from "./listing.ts";
import type { LocalTree, LocalView } from "./local.ts";
import { asideOf, asidePrefix, folderOf, nameOf } from "./names.ts";
import { goesThere, type Ordered, orderSteps } from "./order.ts";
import { type Direction, type Kind, plan, type RemoteEntry, type Step, towards } from "./plan.ts";
import { newReport, type SyncReport } from "./report.ts";
import { createTexts, type Texts } from "./texts.ts";

/** A folder and the workspace that it is synchronized with. */
export interface Pair extends Sides {
  local: LocalTree;
  listing: Listing;
  /** Which paths belong to the sync, on both sides and in the state. */
  paths: PathOptions;
  keyOf(path: string): string;
}

export interface RoundOptions {
  direction: Direction;
  progress: Progress;
  /** Is asked before much is deleted on a side. What it does not allow waits. @throws Failure to do nothing at all. */
  mayDelete(deletions: Deletions): Promise<boolean>;
  /** Whether a deletion that was seen now waits, since what is gone may come back in a moment. */
  waits?(step: Step): boolean;
}

interface PlanNow {
  steps: Step[];
  view: LocalView;
  remote: RemoteEntry[];
  problems: Problem[];
  leftOut: LeftOut[];
}

/** What there is to do now, without doing it. */
export async function planNow(pair: Pair, direction: Direction): Promise<PlanNow> {
  const { local, remote, state, paths, keyOf } = pair;
  const leftOut: LeftOut[] = [];
  const belongs = ({ path }: { path: string }) => {
    const out = findLeftOut(path, paths);
    if (out !== null) leftOut.push(out);
    return out === null;
  };
  adoptReplaced(pair);
  const there = remote.entries().filter(belongs);
  const agreed = new Map([...state.entries].filter(([, one]) => belongs(one)));
  // What a file is on one side, it is on the other: its name only decides where it is new.
  const kinds = new Map<string, Kind>(
    [...there, ...agreed.values()].map(({ path, kind }) => [keyOf(path), kind]),
  );
  const kindOf = (path: string): Kind =>
    kinds.get(keyOf(path)) ?? (isDocumentName(nameOf(path)) ? "document" : "file");
  const view = await local.look(kindOf);
  const unplaced = new Set(remote.problems().map(({ path }) => keyOf(path)));
  const steps = plan({
    agreed,
    removed: state.removed,
    local: view.files.filter(({ path }) => !unplaced.has(keyOf(path))),
    isUnreadable: view.isUnreadable,
    remote: there,
    keyOf,
  });
  return {
    steps: towards(direction, steps),
    view,
    remote: there,
    problems: [...view.problems, ...remote.problems()],
    leftOut: [...view.leftOut, ...leftOut],
  };
}

/** A file that was replaced in the workspace is another one there, at the same path: what was agreed on holds for that. */
function adoptReplaced({ state, remote, keyOf }: Pair): void {
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
const mostPasses = 12;
/** The state is written down about so many times in a pass, and not more often than every so many steps. */
const savesPerPass = 20;
const fewestStepsPerSave = 50;

/** What a round did. */
export interface Round {
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
export async function synchronize(pair: Pair, options: RoundOptions): Promise<Round> {
  const { state, listing } = pair;
  const report = newReport();
  const pool = createPool();
  const texts = createTexts(pair.client, state.binding.workspaceId);
  const run: Run = {
    pair,
    options,
    report,
    pool,
    texts,
    carriers: {
      document: documentCarrier(pair, texts, options.direction, report),
      file: fileCarrier(pair, options.direction, report),
    },
    failed: new Set(),
    total: state.entries.size,
  };
  const round: Round = { report, stoppedBy: null, withheld: [], isWaiting: false };
  let last: Pick<PlanNow, "problems" | "leftOut"> = { problems: [], leftOut: [] };
  try {
    for (let pass = 0; pool.stoppedBy === null; pass += 1) {
      const now = await planNow(pair, options.direction);
      last = now;
      // Left over from a run that was killed, or from steps of the last pass: what lies there is not gone.
      if (now.view.aside.length > 0) {
        await recoverAside(pair, now.view.aside, report);
        continue;
      }
      const steps = await allowed(now.steps, run, round);
      if (steps.length === 0) break;
      const touched = pass < mostPasses ? await carryOutAll(now, steps, run) : steps;
      if (pass >= mostPasses) {
        report.failed.push(...touched.map((step) => ({ path: subjectOf(step), message: "keeps changing" })));
        break;
      }
      await settle(steps, run, now.remote);
    }
  } catch (error) {
    if (pool.stoppedBy === null) throw error;
  } finally {
    await state.save();
    await listing.save();
    options.progress.end();
  }
  report.failed.push(...last.problems);
  report.leftOut.push(...leftOutProblems(last.leftOut));
  round.stoppedBy = pool.stoppedBy;
  return round;
}

/** What the passes of one round share. */
interface Run {
  pair: Pair;
  options: RoundOptions;
  report: SyncReport;
  pool: Pool;
  texts: Texts;
  carriers: Record<Kind, Carrier>;
  /** What can't be done in this round. */
  failed: Set<string>;
  /** How much was agreed on when it began. */
  total: number;
}

/** The steps that are done now. */
async function allowed(steps: readonly Step[], run: Run, round: Round): Promise<Step[]> {
  const { options, report, total, failed } = run;
  const waits = (step: Step) => isDeletion(step, "there") && options.waits?.(step) === true;
  let left = steps.filter((step) => !failed.has(subjectOf(step)));
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
async function carryOutAll(now: PlanNow, steps: readonly Step[], run: Run): Promise<Step[]> {
  const { pair, options, report, pool, texts, carriers, failed } = run;
  const { state, disk, keyOf } = pair;
  const ordered = orderSteps(steps, { local: now.view.files, remote: now.remote, keyOf });
  for (const entry of ordered) {
    const { step } = entry;
    if (!entry.stepsAside || step.do !== "update") continue;
    const from = asideOf(step.from, step.id);
    try {
      await disk.move(step.from, from);
    } catch (error) {
      if (error instanceof Touched) return [step];
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
  const documents = steps.filter((step) => step.kind === "document" && goesThere(step));
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
        options.progress.step(subjectOf(step));
        count += 1;
        if (count % stepsPerSave === 0) await state.save();
      } catch (error) {
        if (error instanceof Touched || hasChanged(error)) touched.push(step);
        else if (!(error instanceof Stopped) && error !== pool.stoppedBy) {
          failed.add(subjectOf(step));
          report.failed.push({ path: subjectOf(step), message: inBrief(error) });
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
      report.kept.push({ path: step.path, as: await keepBeside(disk, step.path, step.path, "mine") });
    }
    await carriers[step.kind](entry);
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
async function settle(steps: readonly Step[], { pair }: Run, former: readonly RemoteEntry[]): Promise<void> {
  const { remote, disk, state } = pair;
  const before = new Map(former.map(({ id, path }) => [id, path]));
  const left: Record<"here" | "there", Set<string>> = { here: new Set(), there: new Set() };
  for (const step of steps) {
    if (step.do === "remove") left[step.side].add(folderOf(step.path));
    if (step.do !== "update" || step.move === null) continue;
    left[step.move].add(folderOf(step.move === "here" ? step.from : (before.get(step.id) ?? "")));
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
async function recoverAside(
  { state, disk }: Pair,
  aside: readonly string[],
  report: SyncReport,
): Promise<void> {
  for (const path of aside) {
    const agreed = state.entries.get(nameOf(path).slice(asidePrefix.length));
    const goal = agreed?.path ?? `${folderOf(path) === "" ? "" : `${folderOf(path)}/`}recovered`;
    if ((await disk.hash(goal)) === null) await disk.move(path, goal);
    else report.kept.push({ path: goal, as: await keepBeside(disk, path, goal, "mine") });
  }
}

/** What a step is about, as people know it. */
export const subjectOf = (step: Step) => (step.do === "forget" ? step.id : step.path);

/** What refuses to delete much. */
export const tooManyDeletions = (message: string) =>
  new Failure("FILE", message, { hint: "If that is what you want, say --force. Nothing was changed." });
