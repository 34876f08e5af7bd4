import type { BusFaults } from "./bus.ts";
import type { LossMoment } from "./postgres-network.ts";
import { createRandom, type Random } from "./random.ts";
import type { Latency } from "./scheduler.ts";

/** An operation of a user, or a fault of a server or network. Numbers identify windows, users and servers. */
export type Operation =
  | { kind: "type"; window: number; place: number }
  | { kind: "erase"; window: number; place: number; length: number }
  | { kind: "read"; person: number; server: number }
  | { kind: "save"; person: number; server: number; base: "newest" | "own" | "none"; edit: SaveEdit }
  | { kind: "restore"; person: number; server: number; version: number }
  | { kind: "rename"; person: number; server: number }
  | { kind: "comment"; person: number; server: number }
  | { kind: "role"; person: number; server: number }
  | { kind: "remove"; person: number; server: number }
  | { kind: "forge"; person: number; server: number; forgery: Forgery; target: number }
  | { kind: "fold"; server: number; kept: number }
  | { kind: "stall"; window: number; ms: number }
  | { kind: "cut"; window: number }
  | { kind: "silence"; window: number }
  | { kind: "reload"; window: number; how: "closed" | "killed"; server: number }
  | { kind: "kill"; server: number; ms: number }
  | { kind: "stop"; server: number; ms: number }
  | { kind: "deafen"; ms: number }
  | { kind: "lose"; server: number; statements: number; moment: LossMoment }
  | { kind: "terminate"; server: number }
  | { kind: "backup" }
  | { kind: "rewind"; isNamed: boolean; restarts: boolean };

/** The false claim of a push. "whole" makes no false claim; it sends known structs along with the new ones. */
export type Forgery = (typeof forgeries)[number];
const forgeries = ["foreign text", "foreign garbage", "gap", "text writer", "outsider", "whole"] as const;

/** The differences of a saved text from the text that it is based on. */
export type SaveEdit = "append" | "prepend" | "shorten" | "earlier";

export interface PlannedOperation {
  /** Milliseconds after the start. */
  at: number;
  operation: Operation;
}

/** Everything that a seed decides before a schedule starts. */
export interface Plan {
  seed: number;
  servers: number;
  windows: { person: number; server: number }[];
  content: string;
  /** The unit of typing: a word anywhere, or a line between others. */
  unit: "words" | "lines";
  postgres: Latency;
  postgresLatency: Latency;
  bus: BusFaults;
  operations: PlannedOperation[];
}

type Kind = Operation["kind"];

/** The frequency of each operation. Each schedule omits some, so that the others coincide more often. */
const weights: Record<Kind, number> = {
  type: 20,
  erase: 3,
  read: 4,
  save: 10,
  restore: 3,
  rename: 1,
  comment: 1,
  role: 3,
  remove: 2,
  forge: 3,
  fold: 4,
  stall: 4,
  cut: 3,
  silence: 1,
  reload: 2,
  kill: 1,
  stop: 1,
  deafen: 1,
  lose: 4,
  terminate: 1,
  // Not drawn at random; see `addRewind`.
  backup: 0,
  rewind: 0,
};
const kinds = Object.keys(weights) as Kind[]; // its own

/** Operations that remove text, or the right to restore it. They are omitted if the database is rewound. */
const notBesideRewind: ReadonlySet<Kind> = new Set(["erase", "restore", "role", "remove"]);

const peopleCount = 4;

export function createPlan(seed: number): Plan {
  const random = createRandom(seed, "plan");
  const servers = random.isLikely(0.8) ? 2 : random.pick([1, 3]);
  // Many concurrent writers cause other conflicts than a few; little time remains for other operations.
  const isCrowd = random.isLikely(0.2);
  const isRewound = !isCrowd && random.isLikely(0.2);
  const windows = Array.from({ length: isCrowd ? 12 : 2 + random.below(3) }, (_, n) => ({
    person: n % peopleCount,
    server: random.below(servers),
  }));
  const chosen = kinds.filter(
    (kind) =>
      kind === "type" || (random.isLikely(isCrowd ? 0.2 : 0.5) && !(isRewound && notBesideRewind.has(kind))),
  );
  const draw = createDraw(random, chosen);
  const context = { random, servers, windows: windows.length, isRewound };
  const pauseMs = random.pick(isCrowd ? [5, 20] : [5, 40, 150, 400]);
  let at = 500;
  const operations = Array.from({ length: isCrowd ? 80 : 20 + random.below(31) }, () => {
    at += random.next() * 2 * pauseMs;
    return { at, operation: createOperation(draw(), context) };
  });
  if (isRewound) addRewind(operations, random);
  const unit = isRewound && random.isLikely(0.7) ? "lines" : "words";
  return {
    seed,
    servers,
    windows,
    unit,
    content: random.isLikely(0.5) ? "" : "# Plan\n\nfirst\nsecond\n",
    postgres: { usual: random.pick([1, 5, 20]), isSlow: random.pick([0, 0.02, 0.1]), slow: 150 },
    postgresLatency: { usual: random.pick([2, 20, 80]), isSlow: random.pick([0, 0.05]), slow: 600 },
    bus: {
      latency: { usual: random.pick([1, 10, 60]), isSlow: random.pick([0, 0.1]), slow: 500 },
      loss: random.pick([0, 0, 0.05, 0.3]),
      duplication: random.pick([0, 0.1]),
    },
    operations,
  };
}

function createDraw(random: Random, chosen: readonly Kind[]): () => Kind {
  const total = chosen.reduce((sum, kind) => sum + weights[kind], 0);
  return () => {
    let left = random.next() * total;
    return chosen.find((kind) => (left -= weights[kind]) < 0) ?? "type";
  };
}

/** Adds a backup of the database and a later rewind to it. */
function addRewind(operations: PlannedOperation[], random: Random): void {
  const from = random.below(operations.length / 2);
  const to = Math.floor(random.between(0.5, 1) * operations.length);
  // If all windows are idle by then, everything that is restored is known, and its position too.
  const pauseMs = random.pick([0, 30_000]);
  for (const operation of operations.slice(to)) operation.at += pauseMs;
  const insert = (index: number, operation: Operation) =>
    operations.splice(index, 0, { at: operations[index]?.at ?? 0, operation });
  insert(to, { kind: "rewind", isNamed: random.isLikely(0.7), restarts: random.isLikely(0.5) });
  insert(from, { kind: "backup" });
}

interface OperationContext {
  random: Random;
  servers: number;
  windows: number;
  /** Whether no operation may remove text. */
  isRewound: boolean;
}

function createOperation(kind: Kind, { random, servers, windows, isRewound }: OperationContext): Operation {
  const window = random.below(windows);
  const server = random.below(servers);
  const person = random.below(peopleCount);
  switch (kind) {
    case "type":
      return { kind, window, place: random.next() };
    case "erase":
      return { kind, window, place: random.next(), length: 1 + random.below(8) };
    case "save":
      return {
        kind,
        person,
        server,
        base: random.pick(isRewound ? ["newest", "own"] : ["newest", "newest", "own", "none"]),
        edit: random.pick(isRewound ? ["append", "prepend"] : ["append", "prepend", "shorten", "earlier"]),
      };
    case "restore":
      return { kind, person, server, version: 1 + random.below(4) };
    case "fold":
      return { kind, server, kept: 1 + random.below(2) };
    case "stall":
      return { kind, window, ms: random.pick([200, 2000, 22_000]) };
    case "cut":
    case "silence":
      return { kind, window };
    case "reload":
      return { kind, window, how: random.pick(["closed", "killed"]), server };
    case "kill":
    case "stop":
      return { kind, server, ms: random.pick([10, 1000, 4000]) };
    case "deafen":
      return { kind, ms: random.pick([500, 3000]) };
    case "lose":
      return { kind, server, statements: random.below(8), moment: random.pick(["before", "after"]) };
    case "terminate":
      return { kind, server };
    case "forge":
      return { kind, person, server, forgery: random.pick(forgeries), target: random.next() };
    case "read":
    case "rename":
    case "comment":
    case "role":
    case "remove":
      return { kind, person, server };
    case "backup":
      return { kind };
    case "rewind":
      return { kind, isNamed: true, restarts: true };
  }
}
