import { toAppError } from "@mdreader/api";

import type { Backup } from "./backup.ts";
import type { BusFaults, SharedBus } from "./bus.ts";
import type { Machine, Machines } from "./machines.ts";
import type { Observer } from "./observer.ts";
import type { Plan } from "./plan.ts";
import type { PostgresNetwork } from "./postgres-network.ts";
import type { Scheduler } from "./scheduler.ts";
import { type ServerProcess, startServerProcess } from "./server.ts";
import type { Team, Person } from "./team.ts";
import type { SavedReport, Window } from "./window.ts";

/** A server across its restarts. */
export interface ServerSlot {
  name: string;
  /** Null while it is down. */
  process: ServerProcess | null;
  /** Its network to Postgres; null while it is down. */
  network(): PostgresNetwork | null;
  kill(): Promise<void>;
  stop(): Promise<void>;
  start(): void;
}

/** A text that a user received, with its version. */
export interface KnownText {
  version: number;
  text: string;
}

/** A response that must be correct, and at least as new as those before its request. */
export interface Answered {
  what: string;
  /** The newest version in any earlier response. */
  floor: number;
  version: number;
  /** The text at that version; null if the response does not contain it. */
  text: string | null;
  /** The number of the saved version that was restored, if any. */
  restored?: number;
}

/** A user, with their state in this schedule. */
export interface Member {
  person: Person;
  /** "none" after a removal. */
  role: "editor" | "viewer" | "none";
  /** Whether a change of their role is in progress. */
  isChanging: boolean;
  /** The texts that they have received, the newest last. */
  knownTexts: KnownText[];
}

/** A push by a dishonest client. */
export interface Forged {
  what: string;
  /** A marker in the text that it would write. */
  marker: string;
  /** The IDs of an honest client's known text. If they match, nothing of the push is written. */
  under: { client: number; clock: number } | null;
  isTaken: boolean;
}

/** The history of the database. */
export interface DatabaseHistory {
  backup: Backup | null;
  /** The number of rewinds. */
  rewinds: number;
  /** The words that were in open windows at a rewind, or were typed later. */
  words: Set<string>;
  /** Whether all open windows were equal at a rewind, so that no word is restored twice. */
  wereAllWindowsEqual: boolean;
  /** The reports of saved edits that remain valid. */
  savedReports: SavedReport[];
}

/** The state of a schedule. */
export interface Scene {
  /** Whether the schedule has ended. Servers that stop then are not started again. */
  isOver: boolean;
  plan: Plan;
  scheduler: Scheduler;
  observer: Observer;
  team: Team;
  documentId: string;
  bus: SharedBus;
  servers: ServerSlot[];
  windows: Window[];
  members: Member[];
  answers: Answered[];
  /** The newest version in any response. */
  newest: KnownText;
  forgedUpdates: Forged[];
  past: DatabaseHistory;
  machines: Machines;
  /** Returns a unique number for each word. */
  nextWord(): number;
  /** Whether a part of the log may have been folded. */
  hasFolded: boolean;
  /** Unexpected rejections, and complaints of servers. */
  surprises: string[];
}

/** Creates a server slot. Each start takes a machine, which is returned unless the server is killed. */
export function createServerSlot(
  name: string,
  { machines, bus, team }: { machines: Machines; bus: SharedBus; team: Team },
  surprises: string[],
): ServerSlot {
  let machine: Machine | null = null;
  let leaveBus = () => {};
  const slot: ServerSlot = {
    name,
    process: null,
    network: () => machine?.network ?? null,
    start() {
      machine = machines.take(name);
      const joined = bus.join(name);
      leaveBus = joined.leave;
      const { settings, tokens } = team;
      slot.process = startServerProcess({ database: machine.database, bus: joined.bus, settings, tokens });
    },
    async kill() {
      if (machine === null || slot.process === null) return;
      noteComplaints(slot.process, machine);
      slot.process.cut();
      slot.process = null;
      leaveBus();
      const { network } = machine;
      machine = null;
      await network.cut();
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
  const noteComplaints = ({ complaints }: ServerProcess, { network }: Machine) => {
    for (const { message, error } of complaints) {
      // A start that fails because of a lost connection is retried.
      if (network.losses > 0 && toAppError(error).reason === "UNAVAILABLE") continue;
      surprises.push(`${name} complains: ${message}: ${String(error)}`);
    }
  };
  return slot;
}

export const noFaults = ({ latency }: BusFaults): BusFaults => ({ latency, loss: 0, duplication: 0 });
