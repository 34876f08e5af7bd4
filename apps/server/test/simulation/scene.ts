import type { BusWeather, SharedBus } from "./bus.ts";
import type { Machine, Machines } from "./machines.ts";
import type { Observer } from "./observer.ts";
import type { Household, Person } from "./people.ts";
import type { Plan } from "./plan.ts";
import { type ServerProcess, startServerProcess } from "./server.ts";
import type { Window } from "./window.ts";
import type { World } from "./world.ts";

/** A server over its restarts. */
export interface ServerSlot {
  name: string;
  /** Null while it is down. */
  process: ServerProcess | null;
  kill(): Promise<void>;
  stop(): Promise<void>;
  start(): void;
}

/** A text that someone was given, with the version that it is of. */
export interface HeldText {
  version: number;
  text: string;
}

/** An answer that must be true, and new enough for what had been answered when it was asked for. */
export interface Answered {
  what: string;
  /** The newest version that anyone had been told of before. */
  floor: number;
  version: number;
  /** What the text is at that version; null where the answer does not say. */
  text: string | null;
  /** The saved version whose text it is, of one that was restored. */
  restored?: number;
}

/** Someone, with what has become of them in this schedule. */
export interface Member {
  person: Person;
  role: "editor" | "viewer";
  /** Whether a change of their role is under way, or its outcome unknown. */
  isChanging: boolean;
  /** What they hold of the document, the newest last. */
  held: HeldText[];
}

/** Everything that a schedule plays with. */
export interface Scene {
  plan: Plan;
  world: World;
  observer: Observer;
  household: Household;
  documentId: string;
  bus: SharedBus;
  servers: ServerSlot[];
  windows: Window[];
  members: Member[];
  answers: Answered[];
  /** The newest version that anyone has been told of. */
  newest: HeldText;
  /** Whether any of the log may have been folded away. */
  hasFolded: boolean;
  /** Calls that were refused though nothing should have stopped them, and what servers complained of. */
  surprises: string[];
}

/** A machine is taken at each start, and kept unless its server is killed. */
export function createServerSlot(
  name: string,
  { machines, bus, household }: { machines: Machines; bus: SharedBus; household: Household },
  surprises: string[],
): ServerSlot {
  let machine: Machine | null = null;
  let leaveBus = () => {};
  const slot: ServerSlot = {
    name,
    process: null,
    start() {
      machine = machines.take();
      machine.line.name = name;
      const joined = bus.join(name);
      leaveBus = joined.leave;
      const { settings, tokens } = household;
      slot.process = startServerProcess({ database: machine.database, bus: joined.bus, settings, tokens });
    },
    async kill() {
      if (machine === null || slot.process === null) return;
      noteComplaints(slot.process);
      slot.process.cut();
      slot.process = null;
      leaveBus();
      const { line } = machine;
      machine = null;
      await line.cut();
    },
    async stop() {
      const { process } = slot;
      if (machine === null || process === null) return;
      slot.process = null;
      const stopping = machine;
      machine = null;
      await process.stop();
      noteComplaints(process);
      leaveBus();
      machines.giveBack(stopping);
    },
  };
  const noteComplaints = ({ complaints }: ServerProcess) => {
    for (const complaint of complaints) surprises.push(`${name} complains: ${complaint}`);
  };
  return slot;
}

export const fairWeather = ({ latency }: BusWeather): BusWeather => ({ latency, loss: 0, duplication: 0 });
