import { Failure, inBrief } from "../failure.ts";
import { count } from "../output.ts";
import type { Progress } from "../progress.ts";
import { createPool, Stopped } from "../transfer/pool.ts";
import { type Carrier, carrierOf, type Sides } from "./carry-out.ts";
import { Touched } from "./disk.ts";
import type { LocalTree, LocalView } from "./local.ts";
import { type Direction, plan, type Step, towards } from "./plan.ts";
import { newReport, type SyncReport } from "./report.ts";

/** A folder and the workspace that it is synchronized with. */
export interface Pair extends Sides {
  local: LocalTree;
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
  { local, remote, state, keyOf }: Pair,
  direction: Direction,
): Promise<{ steps: Step[]; view: LocalView }> {
  const view = await local.look();
  const steps = plan({
    agreed: state.documents,
    local: view.files,
    unreadable: view.unreadable,
    remote: remote.documents(),
    keyOf,
  });
  return { steps: towards(direction, steps), view };
}

/** Passes of one round: what is moved or touched meanwhile needs a plan of its own. */
const mostPasses = 5;
/** The state is written down whenever so many steps are done. */
const stepsPerSave = 25;
/** So many documents at least must be about to go for that to be suspicious. */
const suspiciouslyMany = 5;

/**
 * Makes both sides agree, as the workspace was listed last and the folder is now. What can't be done is noted, and the
 * rest goes on.
 *
 * @returns What was done, and what stopped it before the end, if anything did.
 */
export async function synchronize(
  pair: Pair,
  { direction, progress, force }: RoundOptions,
): Promise<{ report: SyncReport; stoppedBy: unknown }> {
  const { state } = pair;
  const report = newReport();
  const carrier = carrierOf(pair, direction, report);
  const pool = createPool();
  const failed = new Set<string>();
  let problems: LocalView["problems"] = [];
  try {
    for (let pass = 0; pass < mostPasses && pool.stoppedBy === null; pass += 1) {
      const { steps, view } = await stepsNow(pair, direction);
      ({ problems } = view);
      const left = steps.filter((step) => !failed.has(subjectOf(step)));
      if (left.length === 0) break;
      refuseWipe(left, pair, force);
      progress.total += left.length;
      const touched = await carryOutAll(left, carrier);
      if (touched.length === left.length) await makeWay(touched, carrier);
      if (left.some(isStructural)) await pair.remote.list();
    }
  } catch (error) {
    if (pool.stoppedBy === null) throw error;
  } finally {
    await state.save();
    progress.end();
  }
  report.failed.push(...problems);
  return { report, stoppedBy: pool.stoppedBy };

  /** @returns The steps for which something had changed since they were planned. */
  async function carryOutAll(steps: readonly Step[], by: Carrier): Promise<Step[]> {
    const touched: Step[] = [];
    let done = 0;
    await Promise.all(
      steps.map(async (step) => {
        try {
          await pool.run(() => by.carryOut(step));
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

/** Whether a step changes more than the text of a document that both sides have. */
const isStructural = (step: Step) => step.kind !== "update" || step.move !== null;

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
