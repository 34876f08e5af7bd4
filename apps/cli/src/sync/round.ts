import { isDocumentName } from "@mdreader/contract/file-names";
import { findLeftOut, type LeftOut, type PathOptions } from "@mdreader/contract/synced-paths";

import { Failure, inBrief } from "../failure.ts";
import { count } from "../output.ts";
import type { Progress } from "../progress.ts";
import { leftOutProblems } from "../transfer/paths.ts";
import { createPool, Stopped } from "../transfer/pool.ts";
import { fileCarrierOf } from "./carry-out-file.ts";
import { type Carrier, carrierOf, type Sides } from "./carry-out.ts";
import { Touched } from "./disk.ts";
import type { LocalTree, LocalView } from "./local.ts";
import { type Direction, plan, type Step, towards } from "./plan.ts";
import { newReport, type SyncReport } from "./report.ts";

/** A folder and the workspace that it is synchronized with. */
export interface Pair extends Sides {
  local: LocalTree;
  /** Which paths belong to the sync, on both sides and in the state. */
  paths: PathOptions;
  keyOf(path: string): string;
}

export interface RoundOptions {
  direction: Direction;
  progress: Progress;
  /** Whether documents are deleted although all files are gone: it may be the disk that is missing. */
  force: boolean;
}

/** What there is to do now, without doing it. */
export async function stepsNow(
  pair: Pair,
  direction: Direction,
): Promise<{ steps: Step[]; fileSteps: Step[]; view: LocalView }> {
  const { local, remote, state, paths, keyOf } = pair;
  const leftOut: LeftOut[] = [];
  const belongs = ({ path }: { path: string }) => {
    const out = findLeftOut(path, paths);
    if (out !== null) leftOut.push(out);
    return out === null;
  };
  const documents = remote.documents().filter(belongs);
  const agreedDocuments = [...state.documents].filter(([, one]) => belongs(one));
  const documentPaths = new Set(
    [...documents, ...agreedDocuments.map(([, one]) => one)].map(({ path }) => keyOf(path)),
  );
  const filePaths = new Set([...remote.files().keys(), ...state.files.keys()].map(keyOf));
  // What a file is on one side, it is on the other: its name only decides where it is new.
  const view = await local.look(
    (path) => documentPaths.has(keyOf(path)) || (!filePaths.has(keyOf(path)) && isDocumentName(path)),
  );
  const { isUnreadable } = view;
  const steps = plan({
    agreed: new Map(agreedDocuments),
    local: view.files,
    isUnreadable,
    remote: documents,
    keyOf,
  });
  // A file is known by its path, and by the hash of its bytes.
  const agreed = new Map(
    [...state.files]
      .filter(([path]) => belongs({ path }))
      .map(([path, hash]) => [path, { path, hash, version: hash }]),
  );
  const there = [...remote.files().values()]
    .filter((file) => belongs(file) && !documentPaths.has(keyOf(file.path)))
    .map(({ path, hash }) => ({ id: path, path, version: hash }));
  const fileSteps = plan({ agreed, local: view.others, isUnreadable, remote: there, keyOf });
  return {
    steps: towards(direction, steps),
    fileSteps: towards(direction, fileSteps),
    view: { ...view, leftOut: [...view.leftOut, ...leftOut] },
  };
}

/** Passes of one round: what is moved or touched meanwhile needs a plan of its own. */
const mostPasses = 5;
/** The state is written down whenever so many steps are done. */
const stepsPerSave = 25;
/** So many documents at least must be about to go for that to be suspicious. */
const suspiciouslyMany = 5;

/**
 * Makes both sides agree, as the workspace was listed last and the folder is now: first the documents, which take their
 * attachments along, then the other files. What can't be done is noted, and the rest goes on.
 *
 * @returns What was done, and what stopped it before the end, if anything did.
 */
export async function synchronize(
  pair: Pair,
  { direction, progress, force }: RoundOptions,
): Promise<{ report: SyncReport; stoppedBy: unknown }> {
  const { state, remote } = pair;
  const report = newReport();
  const carrier = carrierOf(pair, direction, report);
  const carryOutFile = fileCarrierOf(pair, direction, report);
  const pool = createPool();
  const failed = new Set<string>();
  let problems: LocalView["problems"] = [];
  let leftOut: LeftOut[] = [];
  try {
    await passes({
      async plan() {
        const { steps, view } = await stepsNow(pair, direction);
        ({ problems, leftOut } = view);
        refuseWipe(steps, pair, force);
        return steps;
      },
      carryOut: (step) => carrier.carryOut(step),
      unblock: (waiting) => makeWay(waiting, carrier),
      isNoted: isText,
    });
    await passes({
      plan: async () => (await stepsNow(pair, direction)).fileSteps,
      carryOut: carryOutFile,
      unblock: async () => {},
      isNoted: () => false,
    });
  } catch (error) {
    if (pool.stoppedBy === null) throw error;
  } finally {
    await state.save();
    progress.end();
  }
  report.failed.push(...problems);
  report.leftOut.push(...leftOutProblems(leftOut));
  return { report, stoppedBy: pool.stoppedBy };

  /** Plans and carries out until there is nothing left that can be done. */
  async function passes({ plan: planned, carryOut, unblock, isNoted }: Passes): Promise<void> {
    for (let pass = 0; pass < mostPasses && pool.stoppedBy === null; pass += 1) {
      const steps = (await planned()).filter((step) => !failed.has(subjectOf(step)));
      if (steps.length === 0) return;
      progress.total += steps.length;
      const touched = await carryOutAll(steps, carryOut);
      if (touched.length === steps.length) await unblock(touched);
      if (!steps.every(isNoted)) await remote.list();
    }
  }

  /** @returns The steps for which something had changed since they were planned. */
  async function carryOutAll(
    steps: readonly Step[],
    carryOut: (step: Step) => Promise<void>,
  ): Promise<Step[]> {
    const touched: Step[] = [];
    let done = 0;
    await Promise.all(
      steps.map(async (step) => {
        try {
          await pool.run(() => carryOut(step));
          progress.step(subjectOf(step));
          done += 1;
          if (done % stepsPerSave === 0) await state.save();
        } catch (error) {
          if (error instanceof Touched) touched.push(step);
          else if (!(error instanceof Stopped) && error !== pool.stoppedBy) {
            failed.add(subjectOf(step));
            report.failed.push({ path: subjectOf(step), message: inBrief(error) });
          }
        }
      }),
    );
    return touched;
  }
}

/** What a step is about, as people know it. */
const subjectOf = (step: Step) => (step.kind === "forget" ? step.id : step.path);

/** How one kind of thing is made to agree. */
interface Passes {
  plan(): Promise<Step[]>;
  carryOut(step: Step): Promise<void>;
  /** Is called where all steps wait for something. */
  unblock(waiting: readonly Step[]): Promise<void>;
  /** Whether what a step has changed in the workspace is known already: else it is listed anew. */
  isNoted(step: Step): boolean;
}

/** Whether a step changes no more than the text of a document that both sides have. */
const isText = (step: Step) => step.kind === "update" && step.move === null;

/** Files that only wait for each other's names, round a circle: one steps aside. */
async function makeWay(touched: readonly Step[], carrier: Carrier): Promise<void> {
  const waiting = touched.find((step) => step.kind === "update" && step.move === "here");
  if (waiting?.kind === "update") await carrier.makeWay(waiting.id);
}

function refuseWipe(steps: readonly Step[], { state }: Pair, force: boolean): void {
  const gone = steps.filter((step) => step.kind === "remove" && step.side === "there").length;
  if (force || gone < suspiciouslyMany || gone < state.documents.size) return;
  throw new Failure("FILE", `All ${count(gone, "file")} that were synchronized are gone from the folder.`, {
    hint: "If their documents are to be deleted too, say --force.",
  });
}
