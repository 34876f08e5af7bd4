import { toAppError } from "@mdreader/api";

import type { Backup } from "./backup.ts";
import type { BusFaults, SharedBus } from "./bus.ts";
import type { Machine, Machines } from "./machines.ts";
import type { Observer } from "./observer.ts";
import type { Plan } from "./plan.ts";
import type { PostgresLine } from "./postgres-line.ts";
import { type ServerProcess, startServerProcess } from "./server.ts";
import type { Team, Person } from "./team.ts";
import type { Claim, Window } from "./window.ts";
import type { World } from "./world.ts";

/** A server over its restarts. */
export interface ServerSlot {
  name: string;
  /** Null while it is down. */
  process: ServerProcess | null;
  /** Its way to Postgres; null while it is down. */
  line(): PostgresLine | null;
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
  /** "none" for someone who was removed. */
  role: "editor" | "viewer" | "none";
  /** Whether a change of their role is under way. */
  isChanging: boolean;
  /** What they hold of the document, the newest last. */
  held: HeldText[];
}

/** A push that was no honest client's. */
export interface Forged {
  what: string;
  /** Stands in the text that it would write. */
  marker: string;
  /** Where an honest client's text comes under the same names, that is known already, and nothing of the push is written. */
  under: { client: number; clock: number } | null;
  isTaken: boolean;
}

/** What becomes of the database's past. */
export interface DatabaseHistory {
  backup: Backup | null;
  /** How often it was put back. */
  rewinds: number;
  /** The words that were in open windows when it was, or have been typed since. */
  words: Set<string>;
  /** Whether all open windows were alike then, so that nothing comes back twice. */
  wasAtRest: boolean;
  /** What was shown as saved and stayed so. */
  claims: Claim[];
}

/** Everything that a schedule plays with. */
export interface Scene {
  plan: Plan;
  world: World;
  observer: Observer;
  household: Team;
  documentId: string;
  bus: SharedBus;
  servers: ServerSlot[];
  windows: Window[];
  members: Member[];
  answers: Answered[];
  /** The newest version that anyone has been told of. */
  newest: HeldText;
  forged: Forged[];
  past: DatabaseHistory;
  machines: Machines;
  /** Gives a number to each word, so that each is like no other. */
  nextWord(): number;
  /** Whether any of the log may have been folded away. */
  hasFolded: boolean;
  /** Calls that were refused though nothing should have stopped them, and what servers complained of. */
  surprises: string[];
}

/** A machine is taken at each start, and kept unless its server is killed. */
export function createServerSlot(
  name: string,
  { machines, bus, household }: { machines: Machines; bus: SharedBus; household: Team },
  surprises: string[],
): ServerSlot {
  let machine: Machine | null = null;
  let leaveBus = () => {};
  const slot: ServerSlot = {
    name,
    process: null,
    line: () => machine?.line ?? null,
    start() {
      machine = machines.take(name);
      const joined = bus.join(name);
      leaveBus = joined.leave;
      const { settings, tokens } = household;
      slot.process = startServerProcess({ database: machine.database, bus: joined.bus, settings, tokens });
    },
    async kill() {
      if (machine === null || slot.process === null) return;
      noteComplaints(slot.process, machine);
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
      noteComplaints(process, stopping);
      leaveBus();
      machines.giveBack(stopping);
    },
  };
  const noteComplaints = ({ complaints }: ServerProcess, { line }: Machine) => {
    for (const { message, error } of complaints) {
      // What a lost connection has cost is done again later.
      if (line.losses > 0 && toAppError(error).reason === "UNAVAILABLE") continue;
      surprises.push(`${name} complains: ${message}: ${String(error)}`);
    }
  };
  return slot;
}

export const noFaults = ({ latency }: BusFaults): BusFaults => ({ latency, loss: 0, duplication: 0 });
