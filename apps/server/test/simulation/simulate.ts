import { prepareIdentity } from "./backup.ts";
import { createSharedBus } from "./bus.ts";
import { check, findTruth, findUnrest, replayTexts, type Truth } from "./checks.ts";
import { keepLedger } from "./ledger.ts";
import { createMachines, type Machines } from "./machines.ts";
import { readRole } from "./members.ts";
import { createObserver, type Observer } from "./observer.ts";
import { perform } from "./operations.ts";
import type { Plan } from "./plan.ts";
import { createServerSlot, noFaults, type Scene } from "./scene.ts";
import { createScheduler, type Scheduler } from "./scheduler.ts";
import type { ServerProcess } from "./server.ts";
import { createTeam, type Team } from "./team.ts";
import { createWindowNetwork } from "./window-network.ts";
import { createWindow } from "./window.ts";

/** Runs schedules one after another, with its own database and users. */
export interface Simulator extends AsyncDisposable {
  run(plan: Plan, options?: { traces?: boolean }): Promise<Outcome>;
}

export interface Outcome {
  /** The violations that were found. */
  failures: string[];
  /** The trace, if requested. */
  trace: readonly string[];
  /** The duration in simulated milliseconds. */
  ms: number;
}

/** @param url An empty database with the schema. */
export async function createSimulator(url: string): Promise<Simulator> {
  await using made = new AsyncDisposableStack();
  const observer = made.use(createObserver(url));
  await keepLedger(observer);
  await prepareIdentity(observer);
  const team = await createTeam(observer);
  const machines = made.use(createMachines(observer, url));
  const all = made.move();
  return {
    run: (plan, options) => run(plan, { observer, team, machines }, options),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

interface Base {
  observer: Observer;
  team: Team;
  machines: Machines;
}

async function run(plan: Plan, base: Base, options: { traces?: boolean } = {}): Promise<Outcome> {
  const { machines } = base;
  await resetRoles(base);
  await machines.prepare(countStarts(plan));
  await using scheduler = createScheduler(plan.seed, options);
  scheduler.onSettle(() => machines.statements.settle());
  const end = machines.begin(scheduler, plan.postgres);
  const scene = await openScene(plan, scheduler, base);
  const pending = await runOperations(scene);
  const failures = await waitUntilIdle(scene, pending);
  for (const window of scene.windows) window.close("closed");
  // An unfinished schedule may never release its connections, so its machines are not reused.
  const how = failures.length === 0 ? "stop" : "kill";
  scene.isOver = true;
  await scheduler.drive(Promise.all(scene.servers.map((server) => server[how]())));
  await end();
  return { failures, trace: scheduler.trace, ms: Math.round(scheduler.time.now()) };
}

/** The number of server starts. */
function countStarts({ servers, operations }: Plan): number {
  return operations.reduce((sum, { operation }) => {
    if (operation.kind === "kill" || operation.kind === "stop") return sum + 1;
    return operation.kind === "rewind" && operation.restarts ? sum + servers : sum;
  }, servers);
}

/** Makes all members editors again. */
async function resetRoles({ observer, team: { workspaceId, editors } }: Base): Promise<void> {
  await observer.sql`
    insert into workspace_members (workspace_id, user_id, role)
    select ${workspaceId}, user_id, 'editor' from unnest(${editors.map(({ userId }) => userId)}::uuid[]) as user_id
    on conflict (workspace_id, user_id) do update set role = 'editor'`;
}

async function openScene(
  plan: Plan,
  scheduler: Scheduler,
  { observer, team, machines }: Base,
): Promise<Scene> {
  const bus = createSharedBus(scheduler, plan.bus);
  const surprises: string[] = [];
  const servers = Array.from({ length: plan.servers }, (_, n) =>
    createServerSlot(`server ${n}`, { machines, bus, team }, surprises),
  );
  for (const server of servers) server.start();
  const { workspaceId, owner, editors } = team;
  const creator = servers[0]?.process?.as(owner);
  if (creator === undefined) throw new Error("There is no server.");
  const { content } = plan;
  const created = await scheduler.drive(creator.document.create({ workspaceId, title: "Plan", content }));
  const { id: documentId } = created;
  const windows = plan.windows.map(({ person: number, server }, n) => {
    const person = editors[number];
    if (person === undefined) throw new Error(`There is no person ${number}.`);
    const name = `window ${n}`;
    const network = createWindowNetwork({
      scheduler,
      name,
      latency: plan.postgresLatency,
      server,
      findServer: (at) => servers[at]?.process?.http ?? null,
    });
    return createWindow({ scheduler, name, person, documentId, network });
  });
  const newest = { version: created.version, text: content };
  const members = editors.map((person) => ({
    person,
    role: "editor" as const,
    isChanging: false,
    knownTexts: [newest],
  }));
  let words = 0;
  const scene: Scene = {
    isOver: false,
    plan,
    scheduler,
    observer,
    team,
    documentId,
    bus,
    servers,
    windows,
    members,
    newest,
    answers: [],
    forgedUpdates: [],
    past: { backup: null, rewinds: 0, words: new Set(), wereAllWindowsEqual: false, savedReports: [] },
    machines,
    nextWord: () => (words += 1),
    hasFolded: false,
    surprises,
  };
  await scheduler.drive(Promise.all(windows.map((window) => window.open())));
  return scene;
}

/** Unfinished operations, each with the server that it waits for. Those of a killed server never end. */
type Pending = ReadonlyMap<Promise<void>, ServerProcess | null>;

/** Starts each planned operation at its time. */
async function runOperations(scene: Scene): Promise<Pending> {
  const { scheduler, plan, servers } = scene;
  const pending = new Map<Promise<void>, ServerProcess | null>();
  let left = plan.operations.length;
  for (const { at, operation } of plan.operations) {
    scheduler.time.after(at - scheduler.time.now(), () => {
      left -= 1;
      const waitsFor = "server" in operation ? (servers[operation.server]?.process ?? null) : null;
      const work = perform(scene, operation).finally(() => pending.delete(work));
      work.catch((error: unknown) => scene.surprises.push(`${operation.kind} failed: ${String(error)}`));
      pending.set(work, waitsFor);
    });
  }
  const isOver = () => left === 0;
  while (!isOver() && (await scheduler.step()));
  return pending;
}

/** The simulated time in which everything must settle after all faults are removed. */
const timeoutMs = 150_000;
const pollIntervalMs = 200;

/** Removes all faults, waits until every window shows the same text as saved, and checks all guarantees. */
async function waitUntilIdle(scene: Scene, pending: Pending): Promise<string[]> {
  const { scheduler, servers, windows, bus, plan, machines } = scene;
  bus.faults = noFaults(plan.bus);
  for (const { network } of windows) network.endStall();
  for (const network of machines.networksInUse()) network.calm();
  for (const server of servers) if (server.process === null) server.start();
  const until = scheduler.time.now() + timeoutMs;
  for (let look = 0; scheduler.time.now() < until;) {
    if (!(await scheduler.step())) break;
    if (scheduler.time.now() < look) continue;
    look = scheduler.time.now() + pollIntervalMs;
    await openAgain(scene);
    const isTyping = windows.some(({ live }) => live === null || live.saveState.get().status === "sending");
    const isWaiting = servers.some(({ process }) =>
      pending.values().some((waitsFor) => waitsFor === process),
    );
    if (isTyping || isWaiting) continue;
    const truth = await findTruth(scene);
    if (windows.every((window) => findUnrest(window, scene, truth) === null)) break;
  }
  for (const member of scene.members) member.role = await readRole(scene, member);
  const truth = await findTruth(scene);
  printLog(scene, truth);
  return check(scene, truth);
}

/** Reopens documents to which users have regained access, because a window that has never loaded does not retry. */
async function openAgain({ windows, members }: Scene): Promise<void> {
  for (const window of windows) {
    const state = window.live?.saveState.get();
    const member = members.find(({ person }) => person === window.person);
    if (state?.status !== "closed" || state.seq > 0 || member?.role === "none" || member?.isChanging === true)
      continue;
    window.close("closed");
    await window.open();
  }
}

/** Prints each entry of the log and the text after it. */
function printLog({ scheduler }: Scene, { ledger }: Truth): void {
  const texts = replayTexts(ledger);
  for (const { seq, kind, authorId } of ledger)
    scheduler.note(`${seq} is an entry of ${kind} by ${authorId}: ${JSON.stringify(texts[seq])}`);
}
