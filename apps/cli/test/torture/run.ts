import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";

import * as fc from "fast-check";

import { openPair } from "../../src/sync/open-pair.ts";
import { isEmpty } from "../../src/sync/report.ts";
import { type SyncPass, synchronize } from "../../src/sync/sync-pass.ts";
import { unattended } from "../sync-pair.ts";
import type { MachineUser } from "../user.ts";
import { runInterrupted } from "./interrupted-process.ts";
import { interruptPair, type Interruptions, Killed } from "./interrupted.ts";
import { readFiles, localActs, type Model, findProblems, remoteActs } from "./model.ts";

/** A server, and a user with folders on a machine. */
export interface Place extends Pick<MachineUser, "client" | "machine"> {
  url: string;
}

/** Whether syncs run in this process, or each in a separate process that is actually killed. */
export type RunsIn = "this process" | "own processes";

const texts = ["a.md", "b.md", "c.md", "f/a.md", "f/b.md", "g/a.md"];
const binaries = ["p.bin", "q.bin", "f/p.bin", "g/h/q.bin"];
const path = fc.constantFrom(...texts, ...binaries);
const number = fc.nat(20);
const title = fc.constantFrom("a", "b", "c", "p", "q");

/** A user's change in the folder or in the workspace. */
interface Act {
  name: string;
  work(place: Place, model: Model): Promise<void>;
}

const createLocalAct = (called: string, work: (model: Model) => Promise<void>): Act => ({
  name: called,
  work: (_, model) => work(model),
});

const local: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 4,
    arbitrary: path.map((at) => createLocalAct(`write ${at}`, (model) => localActs.write(model, at))),
  },
  number.map((n) => createLocalAct(`remove file ${n}`, (model) => localActs.remove(model, n))),
  {
    weight: 2,
    arbitrary: fc
      .tuple(number, path)
      .map(([n, at]) => createLocalAct(`move file ${n} to ${at}`, (model) => localActs.move(model, n, at))),
  },
  fc
    .tuple(number, fc.constantFrom(".md", ".bin"))
    .map(([n, ending]) =>
      createLocalAct(`rotate ${ending} ${n}`, (model) => localActs.rotate(model, n, ending)),
    ),
  fc
    .constantFrom(["f", "g"], ["g", "f"], ["f", "k"])
    .map(([from = "", to = ""]) =>
      createLocalAct(`move folder ${from} to ${to}`, (model) => localActs.moveFolder(model, from, to)),
    ),
);
const remote: fc.Arbitrary<Act> = fc
  .tuple(fc.constantFrom(...Object.keys(remoteActs)), number, title)
  .map(([act, n, called]) => ({
    name: `${act} ${n} ${called}`,
    work: async ({ client }, model) => remoteActs[act]?.(client, model, n, called),
  }));

interface Interrupting {
  acts: [number, Act][];
  killedAfter: number | null;
}

const interrupting: fc.Arbitrary<Interrupting> = fc.record({
  acts: fc.array(fc.tuple(fc.integer({ min: 1, max: 60 }), fc.oneof(remote, local)), { maxLength: 3 }),
  killedAfter: fc.option(fc.integer({ min: 1, max: 60 }), { freq: 2 }),
});

type Command = { act: Act } | { sync: Interrupting };

const commands: fc.Arbitrary<Command[]> = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: local.map((act) => ({ act })) },
    { weight: 3, arbitrary: remote.map((act) => ({ act })) },
    { weight: 2, arbitrary: interrupting.map((sync) => ({ sync })) },
  ),
  { minLength: 20, maxLength: 40, size: "max" },
);

/** The commands of a seed: always the same, except for IDs. */
const sampleCommands = (seed: number): Command[] => fc.sample(commands, { seed, numRuns: 1 })[0] ?? [];

export interface SeedOptions {
  runsIn?: RunsIn;
  /** Called with each step. */
  trace?: (line: string) => void;
}

/**
 * Runs the commands of a seed: changes of two users with syncs in between that are disturbed and killed. Then completes the
 * sync.
 * @throws Error with the violated invariants.
 */
export async function runSeed(
  place: Place,
  seed: number,
  { runsIn = "this process", trace = () => {} }: SeedOptions = {},
): Promise<void> {
  const { id: workspaceId } = await place.client.workspace.create.mutate({ name: `Seed ${seed}` });
  const base = join(place.machine.home, `seed-${seed}-${crypto.randomUUID()}`);
  const model: Model = {
    workspaceId,
    folder: join(base, "folder"),
    written: new Set(),
    removed: new Set(),
    names: new Set(),
  };
  await mkdir(model.folder, { recursive: true });
  for (const command of sampleCommands(seed)) {
    trace(describeCommand(command));
    if ("act" in command) await command.act.work(place, model);
    else if (runsIn === "this process") await syncInProcess(place, model, base, command.sync, trace);
    else await syncSeparately(place, model, command.sync, trace);
    trace(JSON.stringify(Object.fromEntries(await readFiles(model.folder))));
  }
  const ending: string[] = [];
  await finishSync(place, model.folder, base, model);
  const last = await finishSync(place, model.folder, base, model);
  if (!isEmpty({ ...last.report, leftOut: [] }))
    ending.push(`the sync does not converge: ${JSON.stringify(last.report)}`);
  const copy = join(base, "copy");
  await mkdir(copy);
  await finishSync(place, copy, join(base, "elsewhere"), model);
  const problems = [...ending, ...findProblems(model, await readFiles(model.folder), await readFiles(copy))];
  if (problems.length > 0) throw new Error(`Seed ${seed}:\n${problems.join("\n")}`);
  await rm(base, { recursive: true, force: true });
}

function describeCommand(command: Command): string {
  if ("act" in command) return command.act.name;
  const { acts, killedAfter } = command.sync;
  const interruptions = acts.map(([at, { name: act }]) => `${at}: ${act}`);
  return `sync, ${killedAfter === null ? "not killed" : `killed after ${killedAfter}`}; ${interruptions.join(", ")}`;
}

const open = ({ client, url }: Place, folder: string, base: string, { workspaceId }: Model) =>
  openPair({ client, url, configFolder: join(base, "config") }, folder, { workspace: workspaceId });

async function finishSync(place: Place, folder: string, base: string, model: Model): Promise<SyncPass> {
  const round = await synchronize(await open(place, folder, base, model), unattended);
  if (round.stoppedBy !== null) throw round.stoppedBy;
  return round;
}

async function syncInProcess(
  place: Place,
  model: Model,
  base: string,
  { acts, killedAfter }: Interrupting,
  trace: (line: string) => void,
): Promise<void> {
  const interruptions = { acts: sortEntries(place, model, acts, trace), killedAfter, trace };
  try {
    await synchronize(interruptPair(await open(place, model.folder, base, model), interruptions), unattended);
  } catch (error) {
    if (!(error instanceof Killed)) throw error;
  }
}

async function syncSeparately(
  place: Place,
  model: Model,
  { acts, killedAfter }: Interrupting,
  trace: (line: string) => void,
): Promise<void> {
  await runInterrupted(
    place.machine,
    ["sync", model.folder, "--workspace", model.workspaceId, "--force", "--json"],
    { acts: sortEntries(place, model, acts, trace), killedAfter, trace },
  );
}

const sortEntries = (
  place: Place,
  model: Model,
  acts: readonly [number, Act][],
  trace: (line: string) => void,
): Interruptions["acts"] =>
  new Map(
    acts.map(([at, { name: act, work }]) => [
      at,
      () => {
        trace(`meanwhile ${act}`);
        return work(place, model);
      },
    ]),
  );
